import type { Clock } from '../base/clock.ts'
import type { Machine, PowerState } from '../machine/machine.ts'
import { seedOf, wave } from './waves.ts'

/** What a machine draws from its supplies while it is off: the BMC itself. */
const STANDBY_WATTS = 6
/** How long a change of load takes to show. */
const INERTIA_MS = 4_000
/** Statistics look back this far at most, in so many steps. */
const WINDOW_MS = 3_600_000
const STEPS = 120
/** Changes of the power that are remembered; older ones matter to no average any more. */
const CHANGES = 32

export interface PowerStatistics {
  readonly current: number
  readonly minimum: number
  readonly maximum: number
  readonly average: number
  /** Over how long. */
  readonly periodMs: number
  /** How long ago the extremes were. */
  readonly minimumAgoMs: number
  readonly maximumAgoMs: number
}

interface Change {
  readonly at: number
  readonly power: PowerState
}

/**
 * The power that a machine would draw, in watts: a server's idle load of its own for each node, and work that comes and
 * goes. Nothing is measured and nothing is kept up to date; it is computed from the time when somebody asks.
 */
export class PowerMeter {
  /** What it draws doing nothing: no limit brings it below. */
  readonly idle: number
  readonly #clock: Clock
  readonly #seed: number
  readonly #since: number
  #changes: Change[]

  constructor(clock: Clock, machine: Machine, name: string) {
    this.#clock = clock
    this.#seed = seedOf(name)
    this.idle = 90 + (this.#seed % 40)
    this.#since = clock.monotonic()
    this.#changes = [{ at: Number.NEGATIVE_INFINITY, power: machine.power }]
  }

  powerChanged(power: PowerState): void {
    this.#changes = [...this.#changes.slice(1 - CHANGES), { at: this.#clock.monotonic(), power }]
  }

  get on(): boolean {
    return this.#changes[this.#changes.length - 1].power === 'on'
  }

  /** Watts now, kept at or below `limit` as far as the load can be brought down. */
  watts(limit = Number.POSITIVE_INFINITY): number {
    return this.#at(this.#clock.monotonic(), limit)
  }

  /** Over the last `windowMs`, or as long as the BMC has been watching. */
  statistics(limit: number | undefined, windowMs = WINDOW_MS): PowerStatistics {
    const now = this.#clock.monotonic()
    const periodMs = Math.min(now - this.#since, windowMs)
    const samples = Array.from({ length: STEPS + 1 }, (_, i) => this.#at(now - (periodMs * i) / STEPS, limit))
    const [minimum, maximum] = [Math.min(...samples), Math.max(...samples)]
    const agoMs = (watts: number) => Math.round((periodMs * samples.indexOf(watts)) / STEPS)
    return {
      current: samples[0],
      minimum,
      maximum,
      average: Math.round(samples.reduce((sum, watts) => sum + watts, 0) / samples.length),
      periodMs: Math.round(periodMs),
      minimumAgoMs: agoMs(minimum),
      maximumAgoMs: agoMs(maximum),
    }
  }

  #at(time: number, limit = Number.POSITIVE_INFINITY): number {
    const index = this.#changes.findLastIndex(({ at }) => at <= time)
    const { at, power } = this.#changes[Math.max(index, 0)]
    // What was before the oldest change that is remembered is what that one began with.
    const settled = 1 - Math.exp(-Math.max(0, time - at) / INERTIA_MS)
    const running = this.idle + this.idle * 0.6 * wave(this.#seed, time)
    const [from, to] = power === 'on' ? [STANDBY_WATTS, running] : [running, STANDBY_WATTS]
    const natural = from + (to - from) * settled
    return Math.round(Math.min(natural, Math.max(limit, Math.min(natural, this.idle))))
  }
}
