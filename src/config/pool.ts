import type { PoolConfig } from './config.ts'

/** A node to be made: `vnode03`, and the image that was named behind a colon. */
export interface CreatedNode {
  readonly name: string
  readonly image: string | undefined
}

/** A node of a pool by its number. */
export interface PoolMember {
  readonly pool: PoolConfig
  readonly number: number
}

export function nameInPool({ stem, width }: PoolConfig, number: number): string {
  return stem + String(number).padStart(width, '0')
}

/**
 * Which node is meant by `3`, `03`, `vnode3` or `vnode03`: all of them are vnode03 where the pool says two digits. A sentence
 * where it is none, or more than one.
 */
export function findInPools(text: string, pools: readonly PoolConfig[]): PoolMember | string {
  const found = /^\d+$/.test(text) ? withNumber(Number(text), pools) : withName(text, pools)
  const exact = found.filter(({ pool, number }) => nameInPool(pool, number) === text)
  const meant = exact.length === 1 ? exact : found
  if (meant.length === 1) return meant[0]
  const known = pools.map((pool) => `${nameInPool(pool, pool.first)} to ${nameInPool(pool, pool.last)}`)
  if (meant.length === 0) return `"${text}" is in no pool; there are ${known.join(', ')}`
  const names = meant.map(({ pool, number }) => nameInPool(pool, number))
  return `"${text}" may be ${names.join(' or ')}; write the whole name`
}

function withNumber(number: number, pools: readonly PoolConfig[]): PoolMember[] {
  return pools.filter(({ first, last }) => number >= first && number <= last).map((pool) => ({ pool, number }))
}

function withName(name: string, pools: readonly PoolConfig[]): PoolMember[] {
  return pools
    .filter(({ stem }) => name.startsWith(stem) && /^\d{1,9}$/.test(name.slice(stem.length)))
    .flatMap((pool) => withNumber(Number(name.slice(pool.stem.length)), [pool]))
}
