import { BmcError } from '../base/errors.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { rangeOf } from '../bmc/sensors/measurements.ts'
import type { Sensor } from '../bmc/sensors/sensor.ts'
import { rawOfValue, valueOfRaw } from '../ipmi/reading-factors.ts'
import { unitNames } from '../ipmi/sensor-units.ts'

/** What `bmcsim sensor --json` prints of a sensor. The names are promised to scripts: add, never rename. */
export interface SensorStatus {
  readonly name: string
  readonly number: number
  readonly lun: number
  /** In `unit`; null: states only, or nothing to measure now. */
  readonly value: number | null
  readonly unit: string
  /** Offsets of the states that hold; for one with thresholds, `lnc lc lnr unc uc unr` are 0 to 5. */
  readonly states: readonly number[]
  readonly available: boolean
  /** Set by hand, until it is released. */
  readonly forced: boolean
}

const STATES = 15

export function sensorStatuses(bmc: Bmc): SensorStatus[] {
  return bmc.sensors.seeds.map((seed) => statusOf(bmc, bmc.sensors.get(seed.lun, seed.number)))
}

export function sensorStatus(bmc: Bmc, name: string): SensorStatus {
  return statusOf(bmc, bmc.sensors.named(name))
}

/** `wish` is a number in the sensor's unit; for a sensor of states their numbers, as `0,4`, or `none`; or undefined: release. */
export function setSensor(bmc: Bmc, name: string, wish: string | undefined): SensorStatus {
  const sensor = bmc.sensors.named(name)
  bmc.sensors.force(sensor, wish === undefined ? undefined : rawOf(sensor, wish))
  return statusOf(bmc, sensor)
}

function statusOf(bmc: Bmc, sensor: Sensor): SensorStatus {
  const { seed, forced } = sensor
  const { available, raw, states } = bmc.sensors.reading(sensor)
  const value = seed.conversion === undefined ? raw : valueOfRaw(seed.conversion, raw)
  return {
    name: seed.name,
    number: seed.number,
    lun: seed.lun,
    value: available && sensor.isThreshold ? Number(value.toPrecision(6)) : null,
    unit: seed.unit.percent ? 'percent' : (unitNames[seed.unit.base] ?? ''),
    states: Array.from({ length: STATES }, (_, i) => i).filter((i) => (states & (1 << i)) !== 0),
    available,
    forced: forced !== undefined,
  }
}

function rawOf({ seed, isThreshold }: Sensor, wish: string): number {
  if (isThreshold) {
    const value = Number(wish)
    if (wish.trim() === '' || !Number.isFinite(value)) {
      throw new BmcError('invalid-field', `${seed.name} takes a number, not "${wish}"`)
    }
    const { conversion } = seed
    const { minimum, maximum } = conversion === undefined ? { minimum: 0, maximum: 255 } : rangeOf({ conversion })
    if (value < minimum || value > maximum) {
      throw new BmcError('out-of-range', `${seed.name} measures from ${minimum} to ${maximum}, not ${wish}`)
    }
    return conversion === undefined ? Math.round(value) : rawOfValue(conversion, value)
  }
  if (wish === 'none') return 0
  return wish.split(',').reduce((mask, word) => {
    if (!/^(\d|1[0-4])$/.test(word.trim())) {
      throw new BmcError('invalid-field', `${seed.name} takes states 0 to 14, as 0,4, or none; not "${wish}"`)
    }
    return mask | (1 << Number(word))
  }, 0)
}
