import type { Clock } from '../../base/clock.ts'
import { seedOf } from '../../base/waves.ts'
import type { PowerState } from '../../machine/machine.ts'
import { type AnalogSignal, type Anchor, courseOf, stepped } from '../sensors/signal.ts'
import { noWork, type Workload, type WorkStep } from '../sensors/workload.ts'
import { PowerHistory } from './power-history.ts'
import type { PowerLimit } from './power-limit.ts'

/** What a machine draws from its supplies while it is off: the BMC itself. */
const STANDBY_WATTS = 6
/** How long a change of load takes to show. */
const SETTLE_MS = 4_000
const HOUR_MS = 3_600_000
/** Statistics look back this far at most. */
const WINDOW_MS = HOUR_MS

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

/** Where the power reading of DCMI comes from, and what it falls back to without a limit. */
export interface PowerSource {
  /** Watts doing nothing. */
  readonly idle: number
  /** What processors at full work add to that. */
  readonly cpuWatts: number
  /** Time constant of a change. */
  readonly settleMs: number
  /** Watts now; undefined: it cannot be told. */
  watts(): number | undefined
}

export interface PowerMeterParts {
  readonly name: string
  readonly clock: Clock
  readonly power: PowerState
  readonly workload: Workload
  /** The sensors that tell the power, so that both doors say the same; undefined: there are none. */
  readonly source: PowerSource | undefined
  readonly limit: PowerLimit
}

/**
 * The power that a machine draws, in watts, and what it drew. A machine without sensors for it has an idle load of its own
 * for each node and draws more as it works. Nothing is kept up to date: it is computed when somebody asks.
 */
export class PowerMeter {
  /** What it draws doing nothing: no limit brings it below. */
  readonly idle: number
  /** What its processors at full work add to that. */
  readonly cpuWatts: number
  readonly #parts: PowerMeterParts
  readonly #since: number
  /** Made with the first look; before it, the power is taken to have been what it is then. */
  #looks: PowerHistory | undefined
  readonly #signal: AnalogSignal
  #anchor: Anchor | undefined
  #work = noWork
  #power: PowerState

  constructor(parts: PowerMeterParts) {
    const { clock, source } = parts
    this.#parts = parts
    const ownIdle = 90 + (seedOf(parts.name) % 40)
    const load = { cpu: ownIdle * 0.6 }
    this.#signal = { kind: 'analog', on: ownIdle, off: STANDBY_WATTS, start: 0, wobble: 0, settleMs: SETTLE_MS, load }
    this.idle = source?.idle ?? ownIdle
    this.cpuWatts = source?.cpuWatts ?? load.cpu
    this.#power = parts.power
    this.#since = clock.monotonic()
    parts.workload.onStep((step) => this.#stepped(step))
  }

  get on(): boolean {
    return this.#power === 'on'
  }

  /** To be called before the sensors and the workload hear of it, since it is the end of what they told so far. */
  powerChanged(power: PowerState): void {
    const sinceMs = this.#note()
    this.#anchor = { sinceMs, from: courseOf(this.#signal, this.#power, this.#anchor, sinceMs, this.#work) }
    this.#power = power
    this.#work = noWork
  }

  /** Watts now, kept at or below the limit as far as the load can be brought down. */
  watts(): number {
    this.#parts.workload.look()
    return this.#now()
  }

  /** Over the last `windowMs`, or as long as the BMC has been watching. */
  statistics(windowMs = WINDOW_MS): PowerStatistics {
    this.#parts.workload.look()
    const now = this.#note()
    const periodMs = Math.min(now - this.#since, windowMs)
    const { minimum, maximum, average } = this.#history.since(now - periodMs)
    return {
      current: this.#now(),
      minimum: Math.round(minimum.watts),
      maximum: Math.round(maximum.watts),
      average: Math.round(average),
      periodMs: Math.round(periodMs),
      minimumAgoMs: Math.round(now - minimum.ms),
      maximumAgoMs: Math.round(now - maximum.ms),
    }
  }

  /** Energy that was taken since the BMC started. */
  get wattHours(): number {
    this.#parts.workload.look()
    this.#note()
    return this.#history.wattMs / HOUR_MS
  }

  #now(): number {
    const { source, clock, limit } = this.#parts
    const told = source?.watts()
    if (told !== undefined) return Math.round(told)
    const own = courseOf(this.#signal, this.#power, this.#anchor, clock.monotonic(), this.#work) ?? 0
    const most = limit.watts ?? Number.POSITIVE_INFINITY
    return Math.round(Math.min(own, Math.max(most, this.idle)))
  }

  get #history(): PowerHistory {
    if (this.#looks === undefined) {
      const settleMs = this.#parts.source?.settleMs ?? SETTLE_MS
      this.#looks = new PowerHistory(WINDOW_MS, settleMs, { ms: this.#since, watts: this.#now() })
    }
    return this.#looks
  }

  #note(): number {
    const ms = this.#parts.clock.monotonic()
    this.#history.add(ms, this.#now())
    return ms
  }

  #stepped(step: WorkStep): void {
    this.#anchor = stepped(this.#signal, this.#power, this.#anchor, step)
    this.#work = step.work
    this.#note()
  }
}
