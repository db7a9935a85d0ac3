import type { Clock } from '../../base/clock.ts'
import type { PowerOnTime } from '../power/power-on-time.ts'
import type { Store } from '../store.ts'
import { storedNumber } from '../stored.ts'
import type { Dcmi } from './dcmi.ts'

const HOUR_MS = 3_600_000
/** What a machine draws on the average, in parts of what it draws doing nothing: for the time before anybody asked. */
const USUAL_LOAD = 1.3
/** The count is written this seldom while nobody reads it; a kill loses at most as much. */
const STORE_EVERY_MS = 600_000

export interface Energy {
  readonly sinceS: number
  readonly wattHours: number
}

export interface PeakPower {
  readonly sinceS: number
  readonly atS: number
  readonly watts: number
}

/** The energy that a machine has taken, and the most power that it drew, since somebody cleared them. */
export class PowerTracking {
  readonly #clock: Clock
  readonly #store: Store
  readonly #dcmi: Pick<Dcmi, 'meter'>
  readonly #onTime: Pick<PowerOnTime, 'minutes'>
  /** Watt-hours up to where the meter stood at `#countedTo`. */
  #counted: number
  #countedTo: number
  #storedMs: number

  constructor(parts: {
    readonly clock: Clock
    readonly store: Store
    readonly dcmi: Pick<Dcmi, 'meter'>
    readonly onTime: Pick<PowerOnTime, 'minutes'>
  }) {
    this.#clock = parts.clock
    this.#store = parts.store
    this.#dcmi = parts.dcmi
    this.#onTime = parts.onTime
    const guess = (this.#onTime.minutes / 60) * this.#dcmi.meter.idle * USUAL_LOAD
    this.#counted = storedNumber(this.#store, 'tracking.energy.watt-hours') ?? guess
    this.#countedTo = this.#dcmi.meter.wattHours
    this.#storedMs = this.#clock.monotonic()
  }

  /** What was told once is kept: a count of energy never goes back. */
  get energy(): Energy {
    const sinceS = this.#since('energy')
    const known = storedNumber(this.#store, 'tracking.energy.watt-hours')
    const wattHours = Math.round(this.#count())
    if (known === undefined || Math.round(known) !== wattHours) this.#save()
    return { sinceS, wattHours }
  }

  /** The highest that was seen: each look takes in the hour before it. */
  get peak(): PeakPower {
    const sinceS = this.#since('peak')
    const now = this.#clock.now()
    const { meter } = this.#dcmi
    const window = Math.min(Math.max(now - sinceS * 1000, 0), HOUR_MS)
    const { maximum, maximumAgoMs } = meter.statistics(window)
    const known = storedNumber(this.#store, 'tracking.peak.watts') ?? -1
    if (maximum > known) {
      this.#store.set('tracking.peak.watts', maximum)
      this.#store.set('tracking.peak.at', Math.floor((now - maximumAgoMs) / 1000))
    }
    const atS = storedNumber(this.#store, 'tracking.peak.at') ?? sinceS
    return { sinceS, atS, watts: Math.max(maximum, known) }
  }

  clearEnergy(): void {
    this.#store.set('tracking.energy.since', this.#seconds())
    this.#count()
    this.#counted = 0
    this.#save()
  }

  clearPeak(): void {
    this.#store.set('tracking.peak.since', this.#seconds())
    this.#store.set('tracking.peak.watts', undefined)
    this.#store.set('tracking.peak.at', undefined)
  }

  /** Once a minute. Nothing is written for a BMC whose energy nobody has asked for. */
  minute(): void {
    if (this.#clock.monotonic() - this.#storedMs >= STORE_EVERY_MS) this.close()
  }

  close(): void {
    this.#storedMs = this.#clock.monotonic()
    if (storedNumber(this.#store, 'tracking.energy.watt-hours') === undefined) return
    this.#count()
    this.#save()
  }

  #count(): number {
    const now = this.#dcmi.meter.wattHours
    this.#counted += now - this.#countedTo
    this.#countedTo = now
    return this.#counted
  }

  #save(): void {
    this.#store.set('tracking.energy.watt-hours', this.#counted)
  }

  /** Nobody cleared it: it counts from the first time that somebody looks, less what the machine has run till then. */
  #since(what: 'energy' | 'peak'): number {
    const key = `tracking.${what}.since`
    const known = storedNumber(this.#store, key)
    if (known !== undefined) return known
    const since = this.#seconds() - (what === 'energy' ? this.#onTime.minutes * 60 : 0)
    this.#store.set(key, since)
    return since
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000)
  }
}
