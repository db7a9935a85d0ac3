import { countOf, rawOfValue, valueOfCount, valueOfRaw } from '../ipmi/reading-factors.ts'
import { type SensorSeed, THRESHOLD_EVENTS } from './sensor-seeds.ts'
import { targetOf } from './signal.ts'

/** Base unit of Table 43-15. */
const WATTS = 6
/** Entities of Table 43-13 whose power is that of the whole machine: system board, power unit, system chassis. */
const WHOLE = [0x07, 0x13, 0x17]
const POWER_SUPPLY = 0x0a

/** The sensors that tell the power of the whole machine: one that does so by itself, or all power supplies together. */
export class PowerSensors {
  readonly all: readonly SensorSeed[]
  readonly idle: number
  readonly settleMs: number

  constructor(seeds: readonly SensorSeed[]) {
    const inWatts = seeds.filter(({ unit, eventType, conversion }) => {
      return unit.base === WATTS && eventType === THRESHOLD_EVENTS && conversion !== undefined
    })
    const whole = inWatts.find(({ entityId }) => WHOLE.includes(entityId))
    this.all = whole === undefined ? inWatts.filter(({ entityId }) => entityId === POWER_SUPPLY) : [whole]
    this.idle = this.all.reduce((sum, seed) => sum + wattsOf(seed, targetOf(seed.signal, 'on')), 0)
    this.settleMs = Math.max(0, ...this.all.map(({ signal }) => (signal.kind === 'analog' ? signal.settleMs : 0)))
  }

  has(seed: SensorSeed): boolean {
    return this.all.includes(seed)
  }

  /**
   * The count of one of them while the machine is held at `limit` watts: its part of those, rounded down, so that all
   * together keep within it. No limit brings a machine below what it draws doing nothing.
   */
  held(seed: SensorSeed, count: number, limit: number, countOfOther: (seed: SensorSeed) => number | undefined): number {
    const natural = this.all.reduce((sum, one) => sum + wattsOf(one, countOfOther(one)), 0)
    const held = Math.max(limit, this.idle)
    const { conversion } = seed
    if (natural <= held || conversion === undefined) return count
    const watts = (wattsOf(seed, count) * held) / natural
    const raw = rawOfValue(conversion, watts)
    const step = valueOfRaw(conversion, raw) > watts ? Math.sign(conversion.factors.m) : 0
    return countOf(conversion.format, raw) - step
  }
}

function wattsOf({ conversion }: SensorSeed, count: number | undefined): number {
  return conversion === undefined || count === undefined ? 0 : valueOfCount(conversion, count)
}
