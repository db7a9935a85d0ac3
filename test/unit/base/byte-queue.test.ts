import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ByteQueue } from '../../../src/base/byte-queue.ts'

it('is a bounded first-in first-out line', () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 900, size: 'max' }).map((push) => ({ push, drop: 0 })),
    fc.integer({ min: 0, max: 900 }).map((drop) => ({ push: new Uint8Array(), drop })),
  )
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 2000 }), (steps, capacity) => {
      const queue = new ByteQueue(capacity)
      let model = Buffer.alloc(0)
      for (const { push, drop } of steps) {
        const taken = queue.push(push)
        expect(taken).toBe(Math.min(push.length, capacity - model.length))
        model = Buffer.concat([model, push.subarray(0, taken)])
        expect(Buffer.from(queue.take(drop)).equals(model.subarray(0, drop))).toBe(true)
        model = model.subarray(drop)
        expect(queue.length).toBe(model.length)
        expect(Buffer.from(queue.peek(Number.POSITIVE_INFINITY)).equals(model)).toBe(true)
      }
      queue.clear()
      expect(queue.room).toBe(capacity)
    }),
  )
})
