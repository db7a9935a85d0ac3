/** Words of a personality's files and the numbers they stand for. */

/** Sensor types (IPMI 2.0 §42.2, Table 42-3). */
export const sensorTypes = {
  temperature: 0x01,
  voltage: 0x02,
  current: 0x03,
  fan: 0x04,
  'physical security': 0x05,
  processor: 0x07,
  'power supply': 0x08,
  'power unit': 0x09,
  'other units': 0x0b,
  memory: 0x0c,
  'drive slot': 0x0d,
  'event log': 0x10,
  'system boot': 0x1d,
  'os boot': 0x1f,
  watchdog: 0x23,
  'management health': 0x28,
  battery: 0x29,
} as const

/** Base units (§43.17, Table 43-15). `percent` has a flag of its own and no unit. */
export const units = { unspecified: 0, 'degrees C': 1, volts: 4, amps: 5, watts: 6, rpm: 18, percent: 0 } as const

export type SensorTypeWord = keyof typeof sensorTypes
export type UnitWord = keyof typeof units
