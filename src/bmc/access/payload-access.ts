import type { Store } from '../store.ts'
import { storedBoolean } from '../stored.ts'

/** Which users may activate SOL on which channel (Set User Payload Access, IPMI 2.0 §24.6). All may, until told otherwise. */
export class PayloadAccess {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  mayUseSol(userId: number, channel: number): boolean {
    return storedBoolean(this.#store, key(userId, channel)) ?? true
  }

  setSol(userId: number, channel: number, allowed: boolean): void {
    this.#store.set(key(userId, channel), allowed)
  }
}

function key(userId: number, channel: number): string {
  return `user.${userId}.sol.${channel}`
}
