import type { Clock } from '../base/clock.ts'
import { LazyMap } from '../base/lazy-map.ts'

/** A login that is not finished expires after this. */
const EXPIRES_MS = 10_000
/** Beyond this many the oldest gives way to the newest. */
const MOST = 128

/** Logins under way, by the session ID we gave. Nobody can fill the table for good: entries expire, and the oldest goes first. */
export class HalfOpenTable<T> {
  readonly #clock: Clock
  readonly #entries = new LazyMap<number, { readonly since: number; readonly value: T }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(id: number, value: T): void {
    const deadline = this.#clock.monotonic() - EXPIRES_MS
    for (const [old, entry] of this.#entries) {
      if (entry.since >= deadline && this.#entries.size < MOST) break
      this.#entries.delete(old)
    }
    this.#entries.set(id, { since: this.#clock.monotonic(), value })
  }

  get(id: number): T | undefined {
    const entry = this.#entries.get(id)
    return entry !== undefined && entry.since >= this.#clock.monotonic() - EXPIRES_MS ? entry.value : undefined
  }

  delete(id: number): void {
    this.#entries.delete(id)
  }
}
