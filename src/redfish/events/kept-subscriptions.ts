import type { Store } from '../../bmc/store.ts'

/** Where subscriptions are kept. */
export const SUBSCRIPTIONS_KEY = 'events.subscriptions'

/** In one value, as one thing changes them all. `last`: the number of the newest, which no other gets. */
export function keptSubscriptions(store: Pick<Store, 'get'>): {
  readonly last: number
  readonly all: readonly unknown[]
} {
  const kept = store.get(SUBSCRIPTIONS_KEY)
  if (typeof kept !== 'object' || kept === null) return { last: 0, all: [] }
  const facts = new Map<string, unknown>(Object.entries(kept))
  const last = facts.get('last')
  const all = facts.get('all')
  return { last: typeof last === 'number' ? last : 0, all: Array.isArray(all) ? all : [] }
}

/** Whether events have to be watched for though nobody has asked for anything yet. */
export function hasSubscriptions(store: Pick<Store, 'get'>): boolean {
  const { all } = keptSubscriptions(store)
  return all.length > 0
}
