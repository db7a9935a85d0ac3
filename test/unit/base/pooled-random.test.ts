import { expect, test } from 'vitest'
import { pooledRandom } from '../../../src/base/pooled-random.ts'
import type { Random } from '../../../src/base/random.ts'

/** 1, 2, 3, ... and round again. */
function counting(): Random {
  let next = 0
  return {
    fill(into, from = 0, to = into.length) {
      for (let i = from; i < to; i++) into[i] = ++next
      return into
    },
  }
}

test('fills what is asked for, and nothing beside it', () => {
  const random = pooledRandom(counting(), 8)
  expect([...random.fill(new Uint8Array(4), 1, 3)]).toEqual([0, 1, 2, 0])
  expect([...random.fill(new Uint8Array(3))]).toEqual([3, 4, 5])
})

test('no byte is handed out twice, and more than the pool holds comes from the source', () => {
  const random = pooledRandom(counting(), 4)
  const bytes = [3, 2, 4, 9, 1].flatMap((count) => [...random.fill(new Uint8Array(count))])
  expect(new Set(bytes).size).toBe(bytes.length)
})
