import type { Sensors } from '../sensors/sensors.ts'
import type { Sel } from './sel.ts'

/** Event Logging Disabled (IPMI 2.0 Table 42-3, type 10h). */
const EVENT_LOGGING = 0x10
const CLEARED = 0x02
const FULL = 0x04
const ALMOST_FULL = 0x05
const ALMOST = 0.9
/** Event data 3 has the percentage (Table 42-3, offset 05h). */
const DATA_3_SPECIFIC = 0x30
const SENSOR_SPECIFIC = 0x6f
const UNUSED = 0xff
const NO_SENSOR = 0xff

/**
 * What a SEL says about itself, where it was asked to, as many servers do: that it was cleared, that it is nearly full, and
 * in its very last place that it is full.
 */
export function logSelEvents(sel: Sel, sensors: Sensors, overwrites: boolean): void {
  const log = (data: readonly [number, number, number]) =>
    sel.event({
      sensorType: EVENT_LOGGING,
      sensorNumber: sensors.numberOfType(EVENT_LOGGING) ?? NO_SENSOR,
      eventType: SENSOR_SPECIFIC,
      data,
    })
  sel.onChange((change) => {
    if (change === 'cleared') return log([CLEARED, UNUSED, UNUSED])
    if (overwrites) return
    if (sel.count === sel.capacity - 1) return log([FULL, UNUSED, UNUSED])
    if (sel.count === Math.ceil(sel.capacity * ALMOST))
      log([ALMOST_FULL | DATA_3_SPECIFIC, UNUSED, Math.floor((sel.count * 100) / sel.capacity)])
  })
}
