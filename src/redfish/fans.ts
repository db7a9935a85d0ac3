import { fullSpeedOf, type Gauge, measure } from '../bmc/sensors/measurements.ts'
import { excerpt, gauges } from './gauges.ts'
import type { RedfishNode } from './node.ts'

/** Fans are the sensors that tell their speed: in rpm, or in percent of their full one. */
export function fansOf(node: RedfishNode): readonly Gauge[] {
  return gauges(node).filter(({ isFan, quantity }) => isFan && (quantity === 'speed' || quantity === 'percent'))
}

/** A `SpeedPercent`: the percentage where the full speed is known, and the rpm where those are measured. */
export function fanExcerpt(node: RedfishNode, fan: Gauge) {
  const { DataSourceUri, Reading } = excerpt(node, fan)
  if (fan.quantity === 'percent') return { DataSourceUri, Reading }
  const full = fullSpeedOf(fan)
  const percent = full && Reading !== null ? Math.round((Reading / full) * 1000) / 10 : null
  return { DataSourceUri, Reading: percent, SpeedRPM: Reading }
}

/** Of the older model: whole numbers, in the unit that is measured. */
export function oldFanReading(node: RedfishNode, fan: Gauge) {
  const { value } = measure(node.bmc.sensors, fan)
  return {
    Reading: value === undefined ? null : Math.round(value),
    ReadingUnits: fan.quantity === 'percent' ? 'Percent' : 'RPM',
  }
}
