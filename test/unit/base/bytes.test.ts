import { expect, test } from 'vitest'
import { hex, Writer } from '../../../src/base/bytes.ts'

test('a writer grows while it writes, and loses nothing', () => {
  const writer = new Writer(2)
  writer
    .u8(1)
    .put(Uint8Array.of(2, 3, 4, 5, 6, 7))
    .u32le(0x0b0a0908)
    .zeros(3)
    .u16be(0x0c0d)
  expect(hex(writer.done())).toBe('01 02 03 04 05 06 07 08 09 0a 0b 00 00 00 0c 0d')
})
