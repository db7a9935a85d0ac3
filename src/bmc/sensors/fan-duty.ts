import type { Store } from '../store.ts'
import { storedNumber } from '../stored.ts'
import type { SensorSeed } from './sensor-seeds.ts'
import type { Signal } from './signal.ts'

/** Table 42-3. */
const FAN = 0x04
/** "FANA": fans that are lettered cool the cards, the others the processors. */
const LETTERED = /^fan ?[a-z]$/i

export type FanZone = 0 | 1

/** Fans that a maker's command has taken out of the BMC's own hands: each zone turns at a share of its full speed. */
export class FanDuty {
  readonly #store: Store
  readonly #maker: string | undefined

  /** Without a maker there is no such command, and what another maker's has set before is over. */
  constructor(store: Store, maker: string | undefined) {
    this.#store = store
    this.#maker = maker
  }

  /** Percent; undefined: the BMC decides. */
  get(zone: FanZone): number | undefined {
    return this.#maker === undefined ? undefined : storedNumber(this.#store, this.#key(zone))
  }

  set(zone: FanZone, percent: number | undefined): void {
    this.#store.set(this.#key(zone), percent)
  }

  /** What moves the sensor: a fan's reading is its duty's, and follows nothing else. The speed it starts with is its full one. */
  signalOf(seed: SensorSeed): Signal {
    const { signal } = seed
    if (seed.type !== FAN || signal.kind !== 'analog' || signal.on === undefined) return signal
    const percent = this.get(LETTERED.test(seed.name) ? 1 : 0)
    if (percent === undefined) return signal
    return { ...signal, on: ((signal.start ?? signal.on) * percent) / 100, load: undefined, follows: undefined }
  }

  #key(zone: FanZone): string {
    return `oem.${this.#maker}.fan-duty.${zone}`
  }
}
