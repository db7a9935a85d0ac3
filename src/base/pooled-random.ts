import type { Random } from './random.ts'

/** Draws from `source` in blocks: one call of the system for hundreds of IVs and nonces. No byte is handed out twice. */
export function pooledRandom(source: Random, size = 4096): Random {
  const pool = new Uint8Array(size)
  let used = size
  return {
    fill(into, from = 0, to = into.length) {
      const count = to - from
      if (count > size) return source.fill(into, from, to)
      if (used + count > size) {
        source.fill(pool)
        used = 0
      }
      for (let i = 0; i < count; i++) {
        into[from + i] = pool[used + i]
        pool[used + i] = 0
      }
      used += count
      return into
    },
  }
}
