import type { Clock } from '../../base/clock.ts'
import type { Store } from '../store.ts'
import { storedNumber } from '../stored.ts'

const MINUTE_MS = 60_000
/** Written this seldom, so that a thousand idle BMCs do not keep a disk busy; a kill loses at most as much of what nobody was told. */
const STORE_EVERY_MINUTES = 10

/** How long the machine has been powered in its life (Get POH Counter, IPMI 2.0 §28.14). */
export class PowerOnTime {
  readonly #clock: Clock
  readonly #store: Store
  #countedMs: number
  #onSince: number | undefined
  #storedMinutes: number

  constructor(clock: Clock, store: Store) {
    this.#clock = clock
    this.#store = store
    this.#storedMinutes = storedNumber(store, 'power.on-minutes') ?? 0
    this.#countedMs = this.#storedMinutes * MINUTE_MS
  }

  get minutes(): number {
    const running = this.#onSince === undefined ? 0 : this.#clock.monotonic() - this.#onSince
    return Math.floor((this.#countedMs + running) / MINUTE_MS)
  }

  /** For a client. What was told once is kept, so that the counter never goes back. */
  tell(): number {
    this.#save(1)
    return this.minutes
  }

  start(): void {
    this.#onSince ??= this.#clock.monotonic()
  }

  stop(): void {
    if (this.#onSince === undefined) return
    this.#countedMs += this.#clock.monotonic() - this.#onSince
    this.#onSince = undefined
    this.#save(1)
  }

  minute(): void {
    this.#save(STORE_EVERY_MINUTES)
  }

  close(): void {
    this.#save(1)
  }

  #save(newMinutes: number): void {
    const minutes = this.minutes
    if (minutes - this.#storedMinutes < newMinutes) return
    try {
      this.#store.set('power.on-minutes', minutes)
      this.#storedMinutes = minutes
    } catch {
      // Written at a later turn: a full disk must not take the BMC away.
    }
  }
}
