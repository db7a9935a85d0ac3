import { expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import type { SensorSeed } from '../../../../src/bmc/sensors/sensor-seeds.ts'
import { FakeVitals } from '../../../support/fake-vitals.ts'
import { testBmc } from '../../../support/test-bmc.ts'
import { driveSlot, temperatureSeed, testStorage } from '../../../support/test-storage.ts'

function bmcWith(...sensors: SensorSeed[]) {
  const parts = testBmc({ storage: testStorage({ sensors, sel: { capacity: 99, support: 0, records: [] } }) })
  /** Event type and direction, data 1 to 3 of every record about a sensor. */
  const events = () => parts.bmc.sel.records.map((record) => hex(record.subarray(12)))
  return { ...parts, events, sensor: parts.bmc.sensors.get(0, sensors[0].number) }
}

test('a threshold that is crossed is an event, once, until the value is back by more than the hysteresis', () => {
  const { bmc, sensor, events } = bmcWith(temperatureSeed())
  bmc.sensors.force(sensor, 80)
  bmc.sensors.force(sensor, 79)
  bmc.sensors.force(sensor, 78)
  expect(events()).toEqual(['01 57 50 50'])
  bmc.sensors.force(sensor, 77)
  expect(events().slice(1)).toEqual(['81 57 4d 50'])
})

test('several at once are several events, lower ones go low', () => {
  const { bmc, sensor, events } = bmcWith(temperatureSeed())
  bmc.sensors.force(sensor, 99)
  bmc.sensors.force(sensor, 5)
  expect(events()).toEqual(['01 57 63 50', '01 59 63 5a', '01 50 05 05', '81 57 05 50', '81 59 05 5a'])
  expect(bmc.sensors.reading(sensor)).toEqual({ available: true, raw: 5, states: 0b000001 })
})

test('negative values of a signed sensor compare as numbers', () => {
  const plain = temperatureSeed()
  const conversion = plain.conversion && { ...plain.conversion, format: 'twos complement' as const }
  const thresholds = [5, 0, 0, 40, 90, 0]
  const { bmc, sensor } = bmcWith({ ...plain, conversion, settings: { ...plain.settings, thresholds } })
  bmc.sensors.force(sensor, 0xf0)
  expect(bmc.sensors.reading(sensor).states).toBe(0b000001)
})

test.each([
  ['events are off for the sensor', { eventsEnabled: false }],
  ['this assertion is not enabled', { assertions: 0x0200 }],
  ['it is not scanned', { scanning: false }],
])('no event where %s', (_, more) => {
  const { bmc, sensor, events } = bmcWith(temperatureSeed())
  bmc.sensors.change(sensor, { ...sensor.settings, ...more })
  bmc.sensors.force(sensor, 85)
  expect(events()).toEqual([])
})

test('no event where the receiver is off, and none where the sensor sends none', () => {
  const silent = bmcWith(temperatureSeed({ eventSupport: 'none' }))
  silent.bmc.sensors.force(silent.sensor, 99)
  expect(silent.events()).toEqual([])
  const { bmc, sensor, events } = bmcWith(temperatureSeed())
  bmc.eventReceiver = { address: 0xff, lun: 0 }
  bmc.sensors.force(sensor, 99)
  expect(events()).toEqual([])
})

test('one that does not rearm by itself speaks once until it is rearmed, and then says what holds', () => {
  const { bmc, sensor, events } = bmcWith(temperatureSeed({ autoRearm: false }))
  for (const value of [85, 40, 85]) bmc.sensors.force(sensor, value)
  expect(events()).toEqual(['01 57 55 50', '81 57 28 50'])
  expect(sensor.eventStatus).toEqual({ assertions: 0x80, deassertions: 0x80 })
  bmc.sensors.rearm(sensor, 0x7fff, 0x7fff)
  expect(events().slice(2)).toEqual(['01 57 55 50'])
})

test('states that come and go are events of their own offsets', () => {
  const { bmc, sensor, events } = bmcWith(driveSlot)
  bmc.sensors.force(sensor, 0x0003)
  bmc.sensors.force(sensor, 0x0002)
  bmc.sensors.force(sensor, undefined)
  expect(events()).toEqual(['6f 01 ff ff', 'ef 00 ff ff', '6f 00 ff ff', 'ef 01 ff ff'])
})

test('a first value is news only where the configuration says so', () => {
  const hot = { signal: { kind: 'fixed', value: 95 } } as const
  const quiet = bmcWith(temperatureSeed(hot))
  quiet.bmc.sensors.reading(quiet.sensor)
  expect(quiet.events()).toEqual([])
  expect(bmcWith(temperatureSeed({ ...hot, announce: true })).events()).toEqual(['01 57 5f 50', '01 59 5f 5a'])
})

test('values follow the power with inertia, and are not there while there is nothing to measure', () => {
  const signal = { kind: 'analog', on: 60, off: undefined, start: 30, wobble: 0, settleMs: 60_000 } as const
  const { bmc, sensor, machine, clock, events } = bmcWith(temperatureSeed({ signal }))
  expect(bmc.sensors.reading(sensor).available).toBe(false)
  machine.becomes('on', 'request')
  const before = events().length
  const values = [0, 60_000, 600_000].map((ms) => {
    clock.advance(ms)
    return bmc.sensors.reading(sensor).raw
  })
  expect(values).toEqual([30, 49, 60])
  machine.becomes('off', 'request')
  expect(bmc.sensors.reading(sensor).available).toBe(false)
  expect(before).toBe(2)
})

test('real work moves a value, and a threshold that it crosses is an event when somebody looks', () => {
  const signal = {
    kind: 'analog',
    on: 60,
    off: undefined,
    start: 60,
    wobble: 0,
    settleMs: 60_000,
    load: { cpu: 30 },
  } as const
  const { bmc, sensor, machine, clock, events } = bmcWith(temperatureSeed({ signal }))
  const vitals = new FakeVitals(clock)
  machine.vitals = () => vitals.look()
  machine.becomes('on', 'request')
  const start = events().length
  const raw = (ms: number) => {
    clock.advance(ms)
    return bmc.sensors.reading(sensor).raw
  }
  expect([raw(1000), raw(60_000)]).toEqual([60, 60])
  vitals.work({ cpu: 1 })
  expect([raw(60_000), raw(60_000), raw(600_000)]).toEqual([79, 86, 90])
  expect(events().slice(start)).toEqual(['01 57 56 50', '01 59 5a 5a'])
  vitals.work({})
  expect([raw(60_000), raw(600_000)]).toEqual([71, 60])
  expect(events().slice(start + 2)).toEqual(['81 57 47 50', '81 59 47 5a'])
})

test('one that follows others goes along with the one that adds most, also where that is forced', () => {
  const cpu = { kind: 'analog', on: 40, off: undefined, start: 40, wobble: 0, settleMs: 0 } as const
  const follows = [
    { number: 1, at: 40, perCount: 2 },
    { number: 2, at: 40, perCount: 2 },
  ]
  const fan = { ...cpu, on: 80, start: 80, off: 0, follows }
  const { bmc, machine } = bmcWith(
    temperatureSeed({ signal: fan, number: 9 }),
    temperatureSeed({ signal: cpu, number: 1 }),
    temperatureSeed({ signal: cpu, number: 2 }),
  )
  machine.becomes('on', 'request')
  const sensor = (number: number) => bmc.sensors.get(0, number)
  const speed = () => bmc.sensors.reading(sensor(9)).raw
  expect(speed()).toBe(80)
  bmc.sensors.force(sensor(1), 60)
  expect(speed()).toBe(120)
  bmc.sensors.force(sensor(2), 70)
  expect(speed()).toBe(140)
  bmc.sensors.force(sensor(1), undefined)
  bmc.sensors.force(sensor(2), 30)
  expect(speed()).toBe(80)
  bmc.sensors.force(sensor(2), 90)
  machine.becomes('off', 'request')
  expect(speed()).toBe(0)
})

test('settings are kept over a restart, and the initialization agent takes them back', () => {
  const { bmc, sensor, options } = bmcWith(temperatureSeed())
  bmc.sensors.change(sensor, sensor.setThresholds(0x08, [0, 0, 0, 70, 0, 0]))
  expect(testBmc(options).bmc.sensors.get(0, 1).settings.thresholds).toEqual([5, 0, 0, 70, 90, 0])
  bmc.sensors.initialize()
  expect(sensor.settings.thresholds).toEqual([5, 0, 0, 80, 90, 0])
  expect(testBmc(options).bmc.sensors.get(0, 1).settings.thresholds).toEqual([5, 0, 0, 80, 90, 0])
})

test('a Cold Reset lets go of what was forced', () => {
  const { bmc, sensor } = bmcWith(temperatureSeed())
  bmc.sensors.force(sensor, 99)
  bmc.reset('cold')
  expect(bmc.sensors.reading(sensor).raw).toBe(40)
})

test('sensors are found by name in any case, and the error names those there are', () => {
  const { bmc, sensor } = bmcWith(temperatureSeed())
  expect(bmc.sensors.named(' cpu temp ')).toBe(sensor)
  expect(() => bmc.sensors.named('Fan')).toThrow(/there are CPU Temp/)
  expect(() => bmc.sensors.get(1, 1)).toThrow(expect.objectContaining({ reason: 'not-found' }))
})

test('a polled sensor has what was measured, until it is held by hand, and nothing before', () => {
  const { bmc, sensor, events } = bmcWith(
    temperatureSeed({ signal: { kind: 'fixed', value: undefined }, polled: { initState: 0 } }),
  )
  expect(bmc.sensors.reading(sensor).available).toBe(false)
  bmc.sensors.measured(sensor, 85)
  expect(events()).toEqual(['01 57 55 50'])
  bmc.sensors.force(sensor, 20)
  bmc.sensors.measured(sensor, 86)
  expect(bmc.sensors.reading(sensor).raw).toBe(20)
  bmc.sensors.force(sensor, undefined)
  expect(bmc.sensors.reading(sensor).raw).toBe(86)
  bmc.sensors.measured(sensor, undefined)
  expect(bmc.sensors.reading(sensor).available).toBe(false)
})

test('what is set quietly is no event, and neither is what was so from the start', () => {
  const quiet = bmcWith(temperatureSeed())
  quiet.bmc.sensors.force(quiet.sensor, 85, true)
  expect([quiet.events(), quiet.bmc.sensors.reading(quiet.sensor).states]).toEqual([[], 0b001000])
  const presumed = bmcWith({ ...driveSlot, signal: { kind: 'fixed', value: undefined }, polled: { initState: 1 } })
  presumed.bmc.sensors.measured(presumed.sensor, 0b11)
  expect(presumed.events()).toEqual(['6f 01 ff ff'])
})

test('a sensor comes, and is described anew, while the BMC runs', () => {
  const { bmc, events } = bmcWith(temperatureSeed())
  const seed = temperatureSeed({ number: 9, name: 'New' })
  bmc.sensors.add(seed)
  expect(() => bmc.sensors.add(seed)).toThrow(expect.objectContaining({ reason: 'wrong-state' }))
  const sensor = bmc.sensors.named('new')
  bmc.sensors.describe(sensor, { ...seed, settings: { ...seed.settings, thresholds: [5, 0, 0, 30, 90, 0] } })
  expect(events()).toEqual(['01 57 28 1e'])
  bmc.sensors.initialize()
  expect(bmc.sensors.get(0, 9).settings.thresholds[3]).toBe(30)
})
