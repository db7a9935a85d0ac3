import type { StorageSeed } from '../bmc/seeds.ts'
import { plainSensor, type SensorSeed } from '../bmc/sensors/sensor-seeds.ts'
import { recordOfSensor } from './sensor-records.ts'

/** Session Audit, all of its four offsets (IPMI 2.0 Table 42-3, type 2Ah). */
const SESSION_AUDIT = 0x2a
const OFFSETS = 0x000f
const SENSOR_SPECIFIC = 0x6f
/** FFh stands for no sensor. */
const HIGHEST = 0xfe

/** A node that logs its sessions has a sensor for them, so that clients have a name for what they find in the SEL. */
export function withSessionAuditSensor(storage: StorageSeed): StorageSeed {
  if (storage.sensors.some(({ type }) => type === SESSION_AUDIT)) return storage
  const taken = new Set(storage.sensors.filter(({ lun }) => lun === 0).map(({ number }) => number))
  let number = HIGHEST
  while (taken.has(number)) number--
  const plain = plainSensor({ lun: 0, number, sensorType: SESSION_AUDIT, eventType: SENSOR_SPECIFIC })
  const sensor: SensorSeed = {
    ...plain,
    name: 'Sessions',
    supportedAssertions: OFFSETS,
    settings: { ...plain.settings, assertions: OFFSETS },
    signal: { kind: 'fixed', value: 0 },
  }
  return {
    ...storage,
    sensors: [...storage.sensors, sensor],
    sdrs: [...storage.sdrs, numberedBehind(storage.sdrs, recordOfSensor(sensor))],
  }
}

function numberedBehind(records: readonly Uint8Array[], given: Uint8Array): Uint8Array {
  const record = new Uint8Array(given)
  const highest = records.reduce((most, one) => Math.max(most, one[0] | (one[1] << 8)), 0)
  new DataView(record.buffer).setUint16(0, highest + 1, true)
  return record
}
