import { BmcError } from '../../base/errors.ts'
import { countOf } from '../../ipmi/reading-factors.ts'
import { type SensorSeed, type SensorSettings, THRESHOLD_EVENTS } from './sensor-seeds.ts'

/** What Get Sensor Reading tells (IPMI 2.0 §35.14). `states`: for thresholds the six comparisons, LNC in bit 0. */
export interface SensorReading {
  readonly available: boolean
  readonly raw: number
  readonly states: number
}

/** A change worth an event: the offset of §42.2, and the threshold and reading that led to it. */
export interface SensorEvent {
  readonly offset: number
  readonly deasserted: boolean
  readonly reading: number | undefined
  readonly threshold: number | undefined
}

const LOWER = 3
const THRESHOLDS = 6
const STATES = 15

/**
 * One sensor of one BMC: its settings, what is asserted, and a value that somebody forced on it. It is given its value and
 * says what that means; whether an event of it is logged is its collection's business.
 */
export class Sensor {
  /** Changes only where the emulator describes the sensor anew. */
  seed: SensorSeed
  settings: SensorSettings
  /** Raw byte, or state bits, that stands in for the signal. */
  forced: number | undefined
  /** What a polled sensor was last seen to have. */
  measured: number | undefined
  /** State bits that hold now. Undefined before the first look. */
  #states: number | undefined
  /** Event bits since the last rearm, of a sensor that does not rearm by itself. */
  #latched = { assertions: 0, deassertions: 0 }

  constructor(seed: SensorSeed, settings: SensorSettings) {
    this.seed = seed
    this.settings = settings
  }

  get isThreshold(): boolean {
    return this.seed.eventType === THRESHOLD_EVENTS
  }

  get states(): number {
    return this.#states ?? 0
  }

  /** Holds these states before the first look, so that they are no news then. */
  presume(states: number): void {
    this.#states ??= states
  }

  /** Takes a new value; the result is every event of it that is enabled. `quiet`: a start, not a change. */
  observe(value: number | undefined, quiet = false): SensorEvent[] {
    if (value === undefined || !this.settings.scanning) {
      this.#states = undefined
      return []
    }
    const before = this.#states
    const { seed, settings } = this
    const after = this.isThreshold ? crossedThresholds(seed, settings, value, before ?? 0) : value & 0x7fff
    this.#states = after
    if (quiet || (before === undefined && !this.seed.announce && this.forced === undefined)) return []
    return this.#changes(before ?? 0, after, value)
  }

  /** Forgets what was asserted, so that what still holds is an event again (§35.12). */
  rearm(assertions: number, deassertions: number): void {
    this.#latched = {
      assertions: this.#latched.assertions & ~assertions,
      deassertions: this.#latched.deassertions & ~deassertions,
    }
    for (let state = 0; state < this.#count; state++) {
      if ((assertions & (1 << this.#offsetOf(state))) !== 0) this.#states = this.states & ~(1 << state)
    }
  }

  /** §35.13: event bits by offset. */
  get eventStatus(): { readonly assertions: number; readonly deassertions: number } {
    let now = 0
    for (let state = 0; state < this.#count; state++) {
      if ((this.states & (1 << state)) !== 0) now |= 1 << this.#offsetOf(state)
    }
    if (this.seed.autoRearm) return { assertions: now & this.seed.supportedAssertions, deassertions: 0 }
    return this.#latched
  }

  setThresholds(mask: number, values: readonly number[]): SensorSettings {
    if ((mask & ~this.seed.settableThresholds) !== 0) {
      throw new BmcError('invalid-field', `${this.seed.name}: not every one of these thresholds may be set`)
    }
    const thresholds = this.settings.thresholds.map((old, i) => ((mask & (1 << i)) === 0 ? old : values[i]))
    return { ...this.settings, thresholds }
  }

  get #count(): number {
    return this.isThreshold ? THRESHOLDS : STATES
  }

  /** Of a threshold: going low for the lower ones, going high for the upper ones (Table 42-2). */
  #offsetOf(state: number): number {
    if (!this.isThreshold) return state
    return state < LOWER ? state * 2 : state * 2 + 1
  }

  #changes(before: number, after: number, value: number): SensorEvent[] {
    const events: SensorEvent[] = []
    for (let state = 0; state < this.#count; state++) {
      const bit = 1 << state
      if (((before ^ after) & bit) === 0) continue
      const deasserted = (after & bit) === 0
      const offset = this.#offsetOf(state)
      if (!this.#sends(offset, deasserted)) continue
      const reading = this.isThreshold ? value : undefined
      const threshold = this.isThreshold ? this.settings.thresholds[state] : undefined
      events.push({ offset, deasserted, reading, threshold })
    }
    return events
  }

  #sends(offset: number, deasserted: boolean): boolean {
    const { seed, settings } = this
    if (!settings.eventsEnabled || seed.eventSupport === 'none') return false
    const supported = deasserted ? seed.supportedDeassertions : seed.supportedAssertions
    const chosen = deasserted ? settings.deassertions : settings.assertions
    const enabled = seed.eventSupport === 'per-state' ? supported & chosen : supported
    const bit = 1 << offset
    if ((enabled & bit) === 0) return false
    if (seed.autoRearm) return true
    const side = deasserted ? 'deassertions' : 'assertions'
    if ((this.#latched[side] & bit) !== 0) return false
    this.#latched[side] |= bit
    return true
  }
}

/** Whether any value of a sensor can be an event now. */
export function maySendEvents(seed: SensorSeed, settings: SensorSettings): boolean {
  if (!settings.scanning || !settings.eventsEnabled || seed.eventSupport === 'none') return false
  if (seed.eventSupport !== 'per-state') return (seed.supportedAssertions | seed.supportedDeassertions) !== 0
  const { assertions, deassertions } = settings
  return ((seed.supportedAssertions & assertions) | (seed.supportedDeassertions & deassertions)) !== 0
}

/**
 * The six comparisons, LNC in bit 0. A threshold that was crossed (`before`) stays so until the value is back by more than the
 * hysteresis.
 */
export function crossedThresholds(seed: SensorSeed, settings: SensorSettings, raw: number, before: number): number {
  const { thresholds, positiveHysteresis, negativeHysteresis } = settings
  const format = seed.conversion?.format ?? 'unsigned'
  const value = countOf(format, raw)
  let states = 0
  for (let i = 0; i < THRESHOLDS; i++) {
    if ((seed.readableThresholds & (1 << i)) === 0) continue
    const limit = countOf(format, thresholds[i])
    const was = (before & (1 << i)) !== 0
    const holds =
      i < LOWER
        ? value <= (was ? limit + negativeHysteresis : limit)
        : value >= (was ? limit - positiveHysteresis : limit)
    if (holds) states |= 1 << i
  }
  return states
}
