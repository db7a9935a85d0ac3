import { BmcError } from '../../base/errors.ts'
import { type Conversion, rawOfValue, valueOfCount, valueOfRaw } from '../../ipmi/reading-factors.ts'
import { type Place, placeOf } from './places.ts'
import { type SensorSeed, THRESHOLD_EVENTS, type ThresholdName, thresholdNames } from './sensor-seeds.ts'
import type { Sensors } from './sensors.ts'

/** What a sensor measures, for doors that have words in place of IPMI's numbers (Table 43-15). */
export type Quantity =
  | 'temperature'
  | 'voltage'
  | 'current'
  | 'power'
  | 'energy'
  | 'airflow'
  | 'speed'
  | 'frequency'
  | 'percent'
  | 'other'

const quantities: Readonly<Record<number, Quantity>> = {
  1: 'temperature',
  4: 'voltage',
  5: 'current',
  6: 'power',
  7: 'energy',
  17: 'airflow',
  18: 'speed',
  19: 'frequency',
}

/** A sensor whose reading is a number in a unit. */
export interface Gauge {
  readonly seed: SensorSeed
  /** Its name without what a path could not have, and its own among those of one BMC. */
  readonly id: string
  readonly quantity: Quantity
  readonly place: Place | undefined
  /** Which of the things at its place, from 1; 0: nobody said. */
  readonly instance: number
  readonly isFan: boolean
  readonly conversion: Conversion
}

export interface Measurement {
  /** In its unit; undefined: there is nothing to measure now. */
  readonly value: number | undefined
  /** False: nobody looks at it. */
  readonly scanning: boolean
  /** The worst of the thresholds that are crossed. */
  readonly health: 'ok' | 'warning' | 'critical'
}

export interface Limit {
  readonly value: number
  readonly settable: boolean
}

export type Limits = Readonly<Partial<Record<ThresholdName, Limit>>>

/** Sensor type (Table 42-3). */
const FAN = 0x04

/** LNC and UNC in the six comparisons of a reading. */
const NON_CRITICAL = 0b00_1001

const gaugeLists = new WeakMap<readonly SensorSeed[], readonly Gauge[]>()

/** Sensors that measure something. BMCs of one personality share one list. */
export function gaugesOf(seeds: readonly SensorSeed[]): readonly Gauge[] {
  const known = gaugeLists.get(seeds)
  if (known !== undefined) return known
  const taken = new Set<string>()
  const gauges = seeds.flatMap((seed): Gauge[] => {
    const { conversion, eventType, eventOnly, unit } = seed
    if (eventType !== THRESHOLD_EVENTS || eventOnly || conversion === undefined) return []
    const plain = seed.name.trim().replace(/[^\w.+-]+/g, '_') || `sensor_${seed.number}`
    const id = taken.has(plain) ? `${plain}_${seed.lun}_${seed.number}` : plain
    taken.add(id)
    const quantity = unit.percent ? 'percent' : (quantities[unit.base] ?? 'other')
    const instance = seed.entityInstance
    return [{ seed, id, quantity, place: placeOf(seed), instance, isFan: seed.type === FAN, conversion }]
  })
  gaugeLists.set(seeds, gauges)
  return gauges
}

export function measure(sensors: Sensors, { seed, conversion }: Gauge): Measurement {
  const sensor = sensors.get(seed.lun, seed.number)
  const { available, raw, states } = sensors.reading(sensor)
  const health = states === 0 ? 'ok' : (states & ~NON_CRITICAL) === 0 ? 'warning' : 'critical'
  return {
    value: available ? rounded(valueOfRaw(conversion, raw)) : undefined,
    scanning: sensor.settings.scanning,
    health: available ? health : 'ok',
  }
}

/** Those that can be read. */
export function limitsOf(sensors: Sensors, { seed, conversion }: Gauge): Limits {
  const { thresholds } = sensors.get(seed.lun, seed.number).settings
  const limits: Partial<Record<ThresholdName, Limit>> = {}
  thresholdNames.forEach((name, i) => {
    if ((seed.readableThresholds & (1 << i)) === 0) return
    const settable = (seed.settableThresholds & (1 << i)) !== 0
    limits[name] = { value: rounded(valueOfRaw(conversion, thresholds[i])), settable }
  })
  return limits
}

/** In the sensor's unit; the nearest that it can hold is kept. */
export function setLimits(
  sensors: Sensors,
  gauge: Gauge,
  values: Readonly<Partial<Record<ThresholdName, number>>>,
): void {
  const { seed, conversion } = gauge
  const { minimum, maximum } = rangeOf(gauge)
  let mask = 0
  const raws = thresholdNames.map((name, i) => {
    const value = values[name]
    if (value === undefined) return 0
    if (value < minimum || value > maximum) {
      throw new BmcError('out-of-range', `${seed.name} measures from ${minimum} to ${maximum}`)
    }
    mask |= 1 << i
    return rawOfValue(conversion, value)
  })
  const sensor = sensors.get(seed.lun, seed.number)
  sensors.change(sensor, sensor.setThresholds(mask, raws))
}

/** What its byte can say at all. */
export function rangeOf({ conversion }: Pick<Gauge, 'conversion'>): {
  readonly minimum: number
  readonly maximum: number
} {
  const counts = conversion.format === 'unsigned' || conversion.format === 'none' ? [0, 255] : [-127, 127]
  const ends = counts.map((count) => rounded(valueOfCount(conversion, count)))
  return { minimum: Math.min(...ends), maximum: Math.max(...ends) }
}

/** In its unit: a value has to come back by so much before a threshold counts as left. */
export function hysteresisOf(sensors: Sensors, { seed, conversion }: Gauge, side: 'lower' | 'upper'): number {
  const { settings } = sensors.get(seed.lun, seed.number)
  const counts = side === 'upper' ? settings.positiveHysteresis : settings.negativeHysteresis
  const step = valueOfCount(conversion, 1) - valueOfCount(conversion, 0)
  return rounded(Math.abs(counts * step))
}

/** Of a fan whose full speed is known: the one that it starts with. */
export function fullSpeedOf({ seed, conversion, quantity }: Gauge): number | undefined {
  const { signal } = seed
  if (quantity !== 'speed' || signal.kind !== 'analog') return undefined
  const full = signal.start ?? signal.on
  return full === undefined ? undefined : rounded(valueOfCount(conversion, full))
}

/** Doubles of a byte times a power of ten have tails that nobody measured. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
