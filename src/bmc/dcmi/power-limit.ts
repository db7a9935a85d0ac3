import type { Clock } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Store } from '../store.ts'
import { storedBoolean, storedNumber, storedWord } from '../stored.ts'
import { Exceeded } from './exceeded.ts'

/** DCMI 1.5 §6.6.2: what happens when the limit cannot be kept within the correction time. */
export const powerExceptions = ['none', 'power off', 'log'] as const
export type PowerException = (typeof powerExceptions)[number]

export interface PowerLimitSettings {
  readonly exception: PowerException
  readonly watts: number
  readonly correctionMs: number
  readonly samplingS: number
}

/** Of a machine that is held down as far as can be: one that stood still would look dead. */
const LEAST_SHARE = 0.1

/** What the supply is good for: a limit that is never in the way. */
const initial: PowerLimitSettings = { exception: 'none', watts: 500, correctionMs: 1_000, samplingS: 1 }

/** The power limit of DCMI: while it is active, the load is held at it as far as the idle load allows. */
export class PowerLimit {
  readonly #clock: Clock
  readonly #store: Store
  readonly #exceeded = new Exceeded()
  readonly #changes = new Listeners<[]>()
  #active: boolean

  constructor(clock: Clock, store: Store) {
    this.#clock = clock
    this.#store = store
    this.#active = storedBoolean(store, 'dcmi.limit.active') ?? false
  }

  get settings(): PowerLimitSettings {
    return {
      exception: storedWord(this.#store, 'dcmi.limit.exception', powerExceptions) ?? initial.exception,
      watts: storedNumber(this.#store, 'dcmi.limit.watts') ?? initial.watts,
      correctionMs: storedNumber(this.#store, 'dcmi.limit.correction-ms') ?? initial.correctionMs,
      samplingS: storedNumber(this.#store, 'dcmi.limit.sampling-s') ?? initial.samplingS,
    }
  }

  set(settings: PowerLimitSettings): void {
    this.#store.set('dcmi.limit.exception', settings.exception)
    this.#store.set('dcmi.limit.watts', settings.watts)
    this.#store.set('dcmi.limit.correction-ms', settings.correctionMs)
    this.#store.set('dcmi.limit.sampling-s', settings.samplingS)
    this.#exceeded.clear()
    this.#changes.call()
  }

  get active(): boolean {
    return this.#active
  }

  setActive(active: boolean): void {
    this.#store.set('dcmi.limit.active', active)
    this.#active = active
    this.#exceeded.clear()
    this.#changes.call()
  }

  /** Watts that count now. */
  get watts(): number | undefined {
    return this.active ? this.settings.watts : undefined
  }

  onChange(fn: () => void): () => void {
    return this.#changes.add(fn)
  }

  /**
   * The share of its speed at which a machine keeps to it, where work of its processors adds `cpuWatts` to the `idle` ones; undefined: it
   * may work as hard as it can.
   */
  shareOf({ idle, cpuWatts }: { readonly idle: number; readonly cpuWatts: number }): number | undefined {
    if (this.watts === undefined || cpuWatts <= 0) return undefined
    const share = (this.watts - idle) / cpuWatts
    return share >= 1 ? undefined : Math.max(share, LEAST_SHARE)
  }

  /** True once for each time that the machine has drawn more for longer than the correction time. */
  exceededBy(watts: number): boolean {
    const { watts: most, correctionMs } = this.settings
    return this.#exceeded.look(watts > most, this.#clock.monotonic(), correctionMs)
  }
}
