import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Writer } from '../../src/base/bytes.ts'

type Step = { readonly bytes: Uint8Array; readonly write: (writer: Writer) => Writer }

const little = (value: number, size: number) => Uint8Array.from({ length: size }, (_, i) => value >>> (8 * i))

/** Each way to write, with the bytes that it must leave. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.nat(0xff).map((value) => ({ bytes: little(value, 1), write: (w: Writer) => w.u8(value) })),
  fc.nat(0xffff).map((value) => ({ bytes: little(value, 2), write: (w: Writer) => w.u16le(value) })),
  fc.nat(0xffff).map((value) => ({ bytes: little(value, 2).reverse(), write: (w: Writer) => w.u16be(value) })),
  fc.nat(0xffffff).map((value) => ({ bytes: little(value, 3), write: (w: Writer) => w.u24le(value) })),
  fc.nat(0x7fffffff).map((value) => ({ bytes: little(value, 4), write: (w: Writer) => w.u32le(value) })),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ bytes, write: (w: Writer) => w.put(bytes) })),
  fc.nat(20).map((count) => ({ bytes: new Uint8Array(count), write: (w: Writer) => w.zeros(count) })),
)

test('a Writer loses no byte, however small it began', () => {
  fc.assert(
    fc.property(fc.nat(70), fc.array(step, { maxLength: 30 }), (capacity, steps) => {
      const writer = new Writer(capacity)
      for (const { write } of steps) write(writer)
      expect([...writer.done()]).toEqual(steps.flatMap(({ bytes }) => [...bytes]))
      expect(writer.length).toBe(writer.done().length)
    }),
  )
})
