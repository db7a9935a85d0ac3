import { expect, it } from 'vitest'
import { PcapCounter } from '../../../src/cli/pcap-counter.ts'
import { pcapHeader, pcapRecord } from '../../../src/net/segment/pcap.ts'
import { broadcast, frameOf, mac } from '../../support/frames.ts'

const frame = frameOf(broadcast, mac(1))

it('a pcap file is cut between its frames, however it comes', () => {
  const file = Buffer.concat([pcapHeader(), ...Array.from({ length: 5 }, (_, i) => pcapRecord(frame, 1000 + i))])
  for (const size of [1, 7, 24, 40, 1000]) {
    const counter = new PcapCounter()
    const out: Uint8Array[] = []
    // The last frame is not whole.
    for (let i = 0; i < file.length - 1; i += size)
      out.push(counter.feed(file.subarray(i, Math.min(i + size, file.length - 1))))
    expect(Buffer.concat(out)).toEqual(file.subarray(0, 24 + 4 * (16 + frame.length)))
    expect(counter.frames).toBe(4)
  }
})
