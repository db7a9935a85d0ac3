import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DecodeError, hex } from '../../src/base/bytes.ts'
import { decodePacket15, payloadOffset15, writeHeader15 } from '../../src/ipmi/session15.ts'
import { decodePacket20, HEADER20_SIZE, isRmcpPlus, payloadOf20, writeHeader20 } from '../../src/ipmi/session20.ts'
import { bmcUnderTest } from './bmc-under-test.ts'
import { capture, type Visit, visits } from './capture.ts'
import { type GoldenPacket, readPackets } from './packet-file.ts'

const folder = join(import.meta.dirname, 'handshakes')
const isAsf = (bytes: Uint8Array) => (bytes[3] & 0x1f) === 6

/** Decodes and encodes again: the same bytes must come out. */
function reencode(bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes)
  if (isRmcpPlus(bytes)) {
    const header = decodePacket20(bytes)
    out.fill(0, 0, HEADER20_SIZE)
    const { payloadType, encrypted, authenticated, sessionId, sequence, payloadLength } = header
    writeHeader20(out, payloadType, encrypted, authenticated, sessionId, sequence, payloadLength)
  } else {
    const { authType, sequence, sessionId, authCode, payload } = decodePacket15(bytes)
    out.fill(0, 0, payloadOffset15(authType))
    writeHeader15(out, authType, sequence, sessionId, authCode, payload.length)
  }
  return out
}

/** Plays the console's packets to a BMC in the state it was captured in, and returns what the BMC says to each. */
async function replay(packets: readonly GoldenPacket[], kg: boolean, truncations: boolean): Promise<string[]> {
  const under = await bmcUnderTest({ kg })
  const console = createSocket('udp4')
  const heard: string[] = []
  let wake = () => {}
  console.on('message', (bytes) => {
    heard.push(hex(bytes))
    wake()
  })
  try {
    await new Promise<void>((resolve) => console.bind(0, '127.0.0.1', resolve))
    let expected = 0
    for (const [index, packet] of packets.entries()) {
      if (packet.from === 'bmc') continue
      if (truncations) {
        for (let size = 1; size < packet.bytes.length; size++) {
          // Old network cards' pad byte makes a 1.5 packet one byte longer than it says: that prefix is whole.
          if (isWhole(packet.bytes.subarray(0, size))) continue
          console.send(packet.bytes.subarray(0, size), under.port, under.address)
        }
      }
      console.send(packet.bytes, under.port, under.address)
      if (packets[index + 1]?.from !== 'bmc') continue
      expected++
      const deadline = AbortSignal.timeout(5_000)
      while (heard.length < expected && !deadline.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve
          deadline.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    }
    return heard
  } finally {
    console.close()
    under.close()
  }
}

function isWhole(prefix: Uint8Array): boolean {
  try {
    if (isRmcpPlus(prefix) || prefix.length < 5) return false
    decodePacket15(prefix)
    return true
  } catch {
    return false
  }
}

if (process.env.CAPTURE !== undefined) {
  test.each(visits)('capture $file', (visit) => capture(visit, folder))
} else {
  describe.each(visits)('$file', replays)
}

function replays({ file, kg }: Visit) {
  const path = join(folder, file)
  const packets = existsSync(path) ? readPackets(readFileSync(path, 'utf8')) : []

  test('is there, and ends in an answered command', () => {
    expect(packets.length).toBeGreaterThan(6)
    expect(packets.at(-1)?.from).toBe('bmc')
  })

  test('every packet decodes, and encodes to the same bytes', () => {
    for (const { bytes, line } of packets) {
      if (!isAsf(bytes)) expect(hex(reencode(bytes)), `line ${line}`).toBe(hex(bytes))
    }
  })

  test('every packet cut short is a DecodeError, never a value and never anything worse', () => {
    for (const { bytes, line } of packets) {
      if (isAsf(bytes)) continue
      const decode = isRmcpPlus(bytes) ? decodePacket20 : decodePacket15
      const payload = isRmcpPlus(bytes) ? payloadOf20(bytes, decodePacket20(bytes)) : decodePacket15(bytes).payload
      const payloadEnd = payload.byteOffset - bytes.byteOffset + payload.length
      for (let size = 5; size < payloadEnd; size++) {
        expect(() => decode(bytes.subarray(0, size)), `line ${line}, ${size} bytes`).toThrow(DecodeError)
      }
    }
  })

  test('the BMC says to each packet what it said to the real client', async () => {
    const answers = packets.filter((packet) => packet.from === 'bmc').map((packet) => hex(packet.bytes))
    expect(await replay(packets, kg ?? false, false)).toEqual(answers)
  })

  test('the same with every packet sent first in all its truncations: they are dropped and change nothing', async () => {
    const answers = packets.filter((packet) => packet.from === 'bmc').map((packet) => hex(packet.bytes))
    expect(await replay(packets, kg ?? false, true)).toEqual(answers)
  })
}
