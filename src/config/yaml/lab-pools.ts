import { isMap } from 'yaml'
import type { PoolConfig } from '../config.ts'
import { nameInPool } from '../pool.ts'
import type { Problems } from '../problems.ts'
import { keyText, type Places } from './places.ts'
import { type PoolEntry, poolSchema } from './pool-schema.ts'
import { knownKeys } from './schema.ts'
import type { Shapes } from './shape.ts'

const MOST_NUMBERS = 10_000

/** A pool, and what its nodes are made of. */
export interface ReadPool {
  readonly config: PoolConfig
  readonly entry: PoolEntry
  /** Where the entry stands. */
  readonly value: unknown
}

/** The pools of a lab file. `node`: what stands behind `pools:`. */
export function readPools(
  node: unknown,
  { places, problems, shapes }: { places: Places; problems: Problems; shapes: Shapes },
): ReadPool[] {
  if (node === undefined) return []
  if (!isMap(node)) {
    problems.add(
      places.of(node),
      'pools has the beginning of names for each below it, like "  vnode: { range: 01-99 }"',
    )
    return []
  }
  const owners = new Map<string, string>()
  return node.items.flatMap(({ key, value }) => {
    const stem = keyText(key) ?? ''
    const at = places.of(key)
    if (!/^[A-Za-z_][A-Za-z0-9._-]*$/.test(stem)) {
      problems.add(at, `"${stem}" is no beginning of a name; write letters, digits, dots, dashes and underscores`)
    }
    const entry = shapes.checked(value, poolSchema, knownPoolKeys)
    if (entry === undefined) return []
    const [first, last] = entry.range.split('-')
    const wrong = (message: string) => problems.add(places.nearest(value, ['range']), message)
    if (Number(last) < Number(first)) wrong('the last number is smaller than the first; swap them')
    if (Number(last) - Number(first) >= MOST_NUMBERS) wrong(`more than ${MOST_NUMBERS} names`)
    const width = entry.width ?? (first.startsWith('0') ? first.length : 1)
    const config = { stem, first: Number(first), last: Math.min(Number(last), Number(first) + MOST_NUMBERS), width, at }
    for (let number = config.first; number <= config.last; number++) {
      const name = nameInPool(config, number)
      const owner = owners.get(name)
      if (owner !== undefined) {
        problems.add(at, `${name} is in the pool ${owner} already; a name belongs to one pool only`)
        break
      }
      owners.set(name, stem)
    }
    return [{ config, entry, value }]
  })
}

function knownPoolKeys(path: readonly PropertyKey[]): string[] {
  return path.length === 0 ? Object.keys(poolSchema.shape) : knownKeys(path)
}
