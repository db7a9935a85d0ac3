import { describe, expect, it } from 'vitest'
import { FrameStream, frameOnStream } from '../../../../src/net/segment/frame-stream.ts'

const frame = (length: number) => Uint8Array.from({ length }, (_, i) => i & 0xff)

describe('frames on a stream', () => {
  it('have their length in front, the high byte first', () => {
    expect([...frameOnStream(frame(3))]).toEqual([0, 0, 0, 3, 0, 1, 2])
    expect([...frameOnStream(frame(0x0102)).subarray(0, 4)]).toEqual([0, 0, 1, 2])
  })

  it.each([1, 2, 3, 5, 7, 64, 5000])('come out as they went in, however they are cut (%i)', (size) => {
    const frames = [60, 1514, 14, 1000, 60].map(frame)
    const bytes = Buffer.concat(frames.map(frameOnStream))
    const out: Uint8Array[] = []
    const stream = new FrameStream((one) => out.push(one))
    for (let i = 0; i < bytes.length; i += size) expect(stream.take(bytes.subarray(i, i + size))).toBe(true)
    expect(out.map((one) => [...one])).toEqual(frames.map((one) => [...one]))
  })

  it('are not looked for behind a length that no frame has', () => {
    const out: Uint8Array[] = []
    const stream = new FrameStream((one) => out.push(one))
    expect(stream.take(Buffer.from('GET / HTTP/1.1\r\n'))).toBe(false)
    expect(out).toEqual([])
  })
})
