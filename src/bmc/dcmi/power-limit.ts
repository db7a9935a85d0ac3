import type { Clock } from '../../base/clock.ts'
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

/** What the supply is good for: a limit that is never in the way. */
const initial: PowerLimitSettings = { exception: 'none', watts: 500, correctionMs: 1_000, samplingS: 1 }

/** The power limit of DCMI: while it is active, the load is held at it as far as the idle load allows. */
export class PowerLimit {
  readonly #clock: Clock
  readonly #store: Store
  readonly #exceeded = new Exceeded()
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
  }

  get active(): boolean {
    return this.#active
  }

  setActive(active: boolean): void {
    this.#store.set('dcmi.limit.active', active)
    this.#active = active
    this.#exceeded.clear()
  }

  /** Watts that count now. */
  get watts(): number | undefined {
    return this.active ? this.settings.watts : undefined
  }

  /** True once for each time that the machine has drawn more for longer than the correction time. */
  exceededBy(watts: number): boolean {
    const { watts: most, correctionMs } = this.settings
    return this.#exceeded.look(watts > most, this.#clock.monotonic(), correctionMs)
  }
}
