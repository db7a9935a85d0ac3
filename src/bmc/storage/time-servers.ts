import type { Store } from '../store.ts'

const KEY = 'ntp.servers'

/** The NTP servers that a BMC was given: kept, and never asked. */
export class TimeServers {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  get all(): readonly string[] {
    const kept = this.#store.get(KEY)
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  }

  set(servers: readonly string[]): void {
    this.#store.set(KEY, servers)
  }
}
