import { countOf, rawOfValue, valueOfCount } from '../../ipmi/reading-factors.ts'
import { type SensorSeed, THRESHOLD_EVENTS } from '../sensors/sensor-seeds.ts'
import { targetOf } from '../sensors/signal.ts'
import { noWork } from '../sensors/workload.ts'

/** Base unit of Table 43-15. */
const WATTS = 6
/** Entities of Table 43-13 whose power is that of the whole machine: system board, power unit, system chassis. */
const WHOLE = [0x07, 0x13, 0x17]
const POWER_SUPPLY = 0x0a

const known = new WeakMap<readonly SensorSeed[], PowerSensors>()

/** The sensors that tell the power of the whole machine: one that does so by itself, or all power supplies together. */
export class PowerSensors {
  readonly all: readonly SensorSeed[]
  readonly idle: number
  /** What processors at full work add to that. */
  readonly cpuWatts: number
  readonly settleMs: number

  /** Those of `seeds`, which all BMCs of a personality share. */
  static of(seeds: readonly SensorSeed[]): PowerSensors {
    let found = known.get(seeds)
    if (found === undefined) {
      found = new PowerSensors(seeds)
      known.set(seeds, found)
    }
    return found
  }

  private constructor(seeds: readonly SensorSeed[]) {
    const inWatts = seeds.filter(({ unit, eventType, conversion }) => {
      return unit.base === WATTS && eventType === THRESHOLD_EVENTS && conversion !== undefined
    })
    const whole = inWatts.find(({ entityId }) => WHOLE.includes(entityId))
    this.all = whole === undefined ? inWatts.filter(({ entityId }) => entityId === POWER_SUPPLY) : [whole]
    this.idle = this.all.reduce((sum, seed) => sum + wattsOf(seed, targetOf(seed.signal, 'on')), 0)
    const busy = { ...noWork, cpu: 1 }
    this.cpuWatts =
      this.all.reduce((sum, seed) => sum + wattsOf(seed, targetOf(seed.signal, 'on', busy)), 0) - this.idle
    this.settleMs = Math.max(0, ...this.all.map(({ signal }) => (signal.kind === 'analog' ? signal.settleMs : 0)))
  }

  has(seed: SensorSeed): boolean {
    return this.all.includes(seed)
  }

  /**
   * The count of one of them while the machine is held at `limit` watts: its part of those, rounded down, and one step more
   * for those in front as far as all together keep within it. No limit brings a machine below what it draws doing nothing.
   */
  held(seed: SensorSeed, count: number, limit: number, countOfOther: (seed: SensorSeed) => number | undefined): number {
    const shares = this.all.map((one) => ({ one, watts: shownBy(one, one === seed ? count : countOfOther(one)) }))
    const natural = shares.reduce((sum, { watts }) => sum + watts, 0)
    const held = Math.max(limit, this.idle)
    if (natural <= held) return count
    const floors = shares.map(({ one, watts }) => ({ one, ...heldDown(one, (watts * held) / natural) }))
    let left = held - floors.reduce((sum, floor) => sum + floor.watts, 0)
    for (const floor of floors) {
      const more = wattsOf(floor.one, floor.count + floor.step) - floor.watts
      const takes = more <= left
      if (takes) left -= more
      if (floor.one === seed) return takes ? floor.count + floor.step : floor.count
    }
    return count
  }
}

/** The highest count that shows no more than `watts`, and which way the next one is. */
function heldDown({ conversion }: SensorSeed, watts: number): { count: number; watts: number; step: number } {
  if (conversion === undefined) return { count: 0, watts: 0, step: 0 }
  const step = Math.sign(conversion.factors.m)
  const nearest = countOf(conversion.format, rawOfValue(conversion, watts))
  const count = valueOfCount(conversion, nearest) > watts ? nearest - step : nearest
  return { count, watts: valueOfCount(conversion, count), step }
}

/** A count between two is shown as the nearer. */
function shownBy(seed: SensorSeed, count: number | undefined): number {
  return wattsOf(seed, count === undefined ? undefined : Math.round(count))
}

function wattsOf({ conversion }: SensorSeed, count: number | undefined): number {
  return conversion === undefined || count === undefined ? 0 : valueOfCount(conversion, count)
}
