import type { Random } from '../../src/base/random.ts'

/** Bytes that look random and are the same every time: a whole handshake can be golden. (xorshift32) */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0 || 1
  return {
    fill(into, from = 0, to = into.length) {
      for (let i = from; i < to; i++) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        into[i] = state >>> 24
      }
      return into
    },
  }
}
