import type { Random } from './random.ts'

/** Draws from `source` in blocks: one call of the system for hundreds of IVs and nonces. No byte is handed out twice. */
export function pooledRandom(source: Random, size = 4096): Random {
  const pool = new Uint8Array(size)
  let used = size
  return {
    fill(into) {
      if (into.length > size) return source.fill(into)
      if (used + into.length > size) {
        source.fill(pool)
        used = 0
      }
      for (let i = 0; i < into.length; i++) {
        into[i] = pool[used + i]
        pool[used + i] = 0
      }
      used += into.length
      return into
    },
  }
}
