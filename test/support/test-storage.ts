import type { StorageSeed } from '../../src/bmc/seeds.ts'
import { type SensorSeed, seedOfSdr } from '../../src/bmc/sensors/sensor-seeds.ts'
import { encodeSdr, type FullSensor } from '../../src/ipmi/sdr.ts'
import { idString } from '../../src/ipmi/type-length.ts'

/** A temperature, sensor 1: 40 counts, warning at 80 (UNC), 90 (UC), 5 (LNC), hysteresis 2, all of it settable. */
export const temperature: FullSensor = {
  kind: 'full',
  ownerId: 0x20,
  channel: 0,
  fruLun: 0,
  lun: 0,
  number: 1,
  entityId: 3,
  entityInstance: 1,
  initialization: 0xfb,
  capabilities: 0x68,
  sensorType: 0x01,
  eventType: 0x01,
  assertions: 0x1281,
  deassertions: 0x3281,
  readings: 0x1919,
  unitFlags: 0,
  baseUnit: 1,
  modifierUnit: 0,
  linearization: 0,
  factors: {
    m: 1,
    tolerance: 0,
    b: 0,
    accuracy: 0,
    accuracyExponent: 0,
    direction: 0,
    resultExponent: 0,
    bExponent: 0,
  },
  analogFlags: 7,
  nominal: 40,
  normalMaximum: 60,
  normalMinimum: 20,
  maximum: 255,
  minimum: 0,
  upperNonRecoverable: 0,
  upperCritical: 90,
  upperNonCritical: 80,
  lowerNonRecoverable: 0,
  lowerCritical: 0,
  lowerNonCritical: 5,
  positiveHysteresis: 2,
  negativeHysteresis: 2,
  oem: 0,
  id: idString('CPU Temp'),
}

export function temperatureSeed(more: Partial<SensorSeed> = {}): SensorSeed {
  const seed = seedOfSdr(temperature)
  if (seed === undefined) throw new Error('the temperature is no sensor')
  return { ...seed, signal: { kind: 'fixed', value: 40 }, ...more }
}

/** A drive slot, sensor 2: states 0 and 1, present. */
export const driveSlot: SensorSeed = {
  ...temperatureSeed(),
  number: 2,
  name: 'Drive 0',
  type: 0x0d,
  eventType: 0x6f,
  conversion: undefined,
  readableThresholds: 0,
  settableThresholds: 0,
  hysteresisSupport: 'none',
  supportedAssertions: 0x0003,
  supportedDeassertions: 0x0003,
  settings: { ...temperatureSeed().settings, assertions: 0x0003, deassertions: 0x0003 },
  signal: { kind: 'states', on: 0x0001, off: 0x0001 },
}

export function recordOf(id: number): Uint8Array {
  const record = encodeSdr(temperature).slice()
  record[0] = id
  return record
}

/** Two sensors, three SDRs, a FRU of 64 bytes, a SEL for eight records. */
export function testStorage(more: Partial<StorageSeed> = {}): StorageSeed {
  return {
    sel: { capacity: 8, support: 0x0b, records: [] },
    sdrs: [recordOf(1), recordOf(2), recordOf(3)],
    deviceSdrs: new Map([[0, [recordOf(1)]]]),
    sensors: [temperatureSeed(), driveSlot],
    frus: [{ device: 0, data: () => Uint8Array.from({ length: 64 }, (_, i) => i) }],
    ...more,
  }
}
