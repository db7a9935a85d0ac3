import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { pcapHeader, pcapRecord } from '../../../../src/net/segment/pcap.ts'
import { broadcast, mac } from '../../../support/frames.ts'
import { findTool, requireTool } from '../../../support/tools.ts'

/** Who has 10.0.0.2? 10.0.0.1 asks (RFC 826). */
const arp = Uint8Array.from([
  ...broadcast,
  ...mac(1),
  ...[0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1],
  ...mac(1),
  ...[10, 0, 0, 1],
  ...new Uint8Array(6),
  ...[10, 0, 0, 2],
])
const at = Date.UTC(2026, 10, 26, 12, 30, 15, 250) + 0.5

describe('a pcap file', () => {
  it('is these bytes', () => {
    expect(hex(pcapHeader(), '')).toBe('d4c3b2a1020004000000000000000000ffff000001000000')
    const record = pcapRecord(arp, at)
    const seconds = Math.floor(at / 1000)
    expect(new DataView(record.buffer).getUint32(0, true)).toBe(seconds)
    expect(hex(record.subarray(4, 16), '')).toBe('84d203002a0000002a000000')
    expect(record.subarray(16)).toEqual(arp)
  })

  it.skipIf(!requireTool('tcpdump', 'tcpdump'))('is read by tcpdump', () => {
    const file = Buffer.concat([pcapHeader(), pcapRecord(arp, at), pcapRecord(arp, at + 1)])
    const text = execFileSync(findTool('tcpdump') ?? '', ['-n', '-e', '-tttt', '-r', '-'], {
      input: file,
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const words =
      '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.0.0.2 tell 10.0.0.1, length 28'
    expect(text).toBe(`2026-11-26 12:30:15.250500 ${words}\n2026-11-26 12:30:15.251500 ${words}\n`)
  })
})
