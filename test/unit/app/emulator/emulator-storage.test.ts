import { expect, test } from 'vitest'
import { describesStorage, emulatorStorage } from '../../../../src/app/emulator/emulator-storage.ts'
import { hex } from '../../../../src/base/bytes.ts'
import { readEmulator } from '../../../../src/config/emu/read-emulator.ts'
import { Problems } from '../../../../src/config/problems.ts'
import { decodeSdr } from '../../../../src/ipmi/sdr.ts'
import { idStringText } from '../../../../src/ipmi/type-length.ts'
import { testBmc } from '../../../support/test-bmc.ts'
import { recordOf, testStorage } from '../../../support/test-storage.ts'

/** What comes of a .emu file of these lines, over a base. */
function storageOf(...lines: string[]) {
  const problems = new Problems()
  const { commands } = readEmulator({
    file: undefined,
    command: lines.join('\n'),
    cwd: '/',
    variables: new Map(),
    knownMcs: [0x20],
    problems,
  })
  problems.check()
  return emulatorStorage(commands, 0x20, testStorage(), { cwd: '/', bmc: 0x20 })
}

const words = (bytes: Uint8Array) => hex(bytes).replaceAll(/(\w\w)/g, '0x$1')
const temperatureLines = [
  'sensor_add 0x20 0 1 0x01 0x01',
  'sensor_set_threshold 0x20 0 1 settable 111000 0xa0 0x90 0x70 00 00 00',
  'sensor_set_value 0x20 0 1 0x60 0',
  'sensor_set_event_support 0x20 0 1 enable scanning per-state 000111111000000 000111111000000 000111111000000 000111111000000',
]

test('a sensor of a .emu file has its thresholds, value and events, and an SDR made of them', () => {
  const storage = storageOf(...temperatureLines)
  const { bmc } = testBmc({ storage })
  const sensor = bmc.sensors.get(0, 1)
  expect(bmc.sensors.reading(sensor).raw).toBe(0x60)
  expect(sensor.settings.thresholds).toEqual([0, 0, 0, 0x70, 0x90, 0xa0])
  bmc.sensors.force(sensor, 0x96)
  expect(bmc.sel.records.map((record) => hex(record.subarray(7)))).toEqual([
    '20 00 04 01 01 01 57 96 70',
    '20 00 04 01 01 01 59 96 90',
  ])
  const sdr = decodeSdr(storage.sdrs[0])
  expect(sdr).toMatchObject({ kind: 'full', number: 1, sensorType: 1, upperCritical: 0x90, readings: 0x3838 })
  expect(sdr?.kind === 'full' && idStringText(sdr.id)).toBe('Temperature 1')
})

test('an SDR in the file describes its sensor, which then needs no other', () => {
  const storage = storageOf(`main_sdr_add 0x20 ${words(recordOf(0))}`, 'sensor_add 0x20 0 1 1 1')
  expect(storage.sdrs.map((record) => hex(record))).toEqual([hex(recordOf(1))])
  expect(storage.sensors[0]).toMatchObject({ name: 'CPU Temp', readableThresholds: 0x19 })
})

test('hysteresis, bits, event-only, and a value that is news', () => {
  const storage = storageOf(
    ...temperatureLines.slice(0, 2),
    'sensor_set_hysteresis 0x20 0 1 settable 3 4',
    'sensor_set_event_support 0x20 0 1 enable scanning per-state 000111111000000 000000000000000 000111111000000 000000000000000',
    'sensor_set_value 0x20 0 1 0x80 1',
    'sensor_add 0x20 0 2 0x0c 0x6f',
    'sensor_set_bit 0x20 0 2 6 1 0',
    'sensor_set_bit 0x20 0 2 1 1 0',
    'sensor_add 0x20 0 3 0x12 0x6f event-only',
  )
  const [temperature, memory, events] = storage.sensors
  expect(temperature).toMatchObject({ hysteresisSupport: 'settable', announce: true })
  expect(temperature.settings).toMatchObject({ positiveHysteresis: 3, negativeHysteresis: 4 })
  expect(memory.signal).toEqual({ kind: 'fixed', value: 0x42 })
  expect(events.eventOnly).toBe(true)
  expect(testBmc({ storage }).bmc.sel.count).toBe(1)
})

test('SEL, its records and FRUs', () => {
  const storage = storageOf(
    'sel_enable 0x20 100 0x0a',
    'sel_add 0x20 0x02 0 0 0 0 0x20 0 4 1 1 1 0x57 0 0',
    'mc_add_fru_data 0x20 2 4 data 1 2',
  )
  expect(storage.sel).toMatchObject({ capacity: 100, support: 0x0a })
  expect(hex(storage.sel.records[0])).toBe('00 00 02 00 00 00 00 20 00 04 01 01 01 57 00 00')
  expect(storage.frus.map(({ device, data }) => [device, hex(data())])).toEqual([[2, '01 02 00 00']])
  expect(storage.sensors).toEqual([])
})

test('a file that says nothing about sensors, SDRs and FRUs leaves the base as it is, but for its SEL', () => {
  const storage = storageOf('sel_enable 0x20 100 0x0a')
  const { sdrs, sensors, sel } = storage
  expect([sdrs.length, sensors.length, sel.capacity]).toEqual([3, 2, 100])
  expect(describesStorage([], 0x20)).toBe(false)
})
