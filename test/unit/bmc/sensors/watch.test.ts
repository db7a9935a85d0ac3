import { expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { FakeVitals } from '../../../support/fake-vitals.ts'
import { testBmc } from '../../../support/test-bmc.ts'
import { temperatureSeed, testStorage } from '../../../support/test-storage.ts'

const signal = {
  kind: 'analog',
  on: 60,
  off: undefined,
  start: 60,
  wobble: 0,
  settleMs: 60_000,
  load: { cpu: 30 },
} as const

/** A machine that is on, and a BMC for which time passes. */
function running() {
  const storage = testStorage({
    sensors: [temperatureSeed({ signal })],
    sel: { capacity: 99, support: 0, records: [] },
  })
  const { bmc, clock, machine, attend } = testBmc({ storage })
  attend()
  const vitals = new FakeVitals(clock)
  machine.vitals = () => vitals.look()
  machine.becomes('on', 'request')
  const pass = (seconds: number) => clock.advance(seconds * 1000)
  const sensor = () => bmc.sensors.get(0, 1)
  const events = () => bmc.sel.records.filter((record) => record[11] === 1).map((record) => hex(record.subarray(12)))
  return { bmc, vitals, pass, sensor, events }
}

test('a threshold that the work of the machine crosses is an event though nobody reads', () => {
  const { vitals, pass, events } = running()
  pass(120)
  expect(events()).toEqual([])
  vitals.work({ cpu: 1 })
  pass(600)
  expect(events().map((event) => event.slice(0, 5))).toEqual(['01 57', '01 59'])
  vitals.work({})
  pass(300)
  // What one look finds comes in the order of the thresholds.
  const after = events().slice(2)
  expect(after.map((event) => event.slice(0, 5)).sort()).toEqual(['81 57', '81 59'])
})

test('what a threshold has been crossed by before anybody looked is no event', () => {
  const { bmc, vitals, pass, sensor, events } = running()
  vitals.work({ cpu: 1 })
  bmc.sensors.reading(sensor())
  pass(600)
  const before = events().length
  bmc.sensors.reading(sensor())
  expect(events()).toHaveLength(before)
})

test('the machine is looked at once a minute', () => {
  const { vitals, pass } = running()
  const looks = () => {
    const before = vitals.looks
    pass(1)
    return vitals.looks - before
  }
  const minute = () => Array.from({ length: 60 }, looks).flatMap((count, second) => (count > 0 ? [second] : []))
  const first = minute()
  expect(first).toHaveLength(1)
  expect(minute()).toEqual(first)
})

test.each([
  ['events of the sensor are off', { eventsEnabled: false }],
  ['none of its events is enabled', { assertions: 0, deassertions: 0 }],
  ['it is not scanned', { scanning: false }],
])('nobody looks where %s', (_, more) => {
  const { bmc, sensor, vitals, pass } = running()
  bmc.sensors.change(sensor(), { ...sensor().settings, ...more })
  const before = vitals.looks
  pass(180)
  expect(vitals.looks).toBe(before)
})

test('nobody looks while event messages are off', () => {
  const { bmc, vitals, pass } = running()
  bmc.eventReceiver = { address: 0xff, lun: 0 }
  const before = vitals.looks
  pass(180)
  expect(vitals.looks).toBe(before)
})
