import type { Store } from '../../bmc/store.ts'

/** Where subscriptions are kept. */
export const SUBSCRIPTIONS_KEY = 'events.subscriptions'

/** Whether events have to be watched for though nobody has asked for anything yet. */
export function hasSubscriptions(store: Pick<Store, 'get'>): boolean {
  const kept = store.get(SUBSCRIPTIONS_KEY)
  return Array.isArray(kept) && kept.length > 0
}
