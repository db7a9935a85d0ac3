import { expect, test } from 'vitest'
import { sensorStatuses, setSensor } from '../../../src/app/node-sensors.ts'
import { Personalities } from '../../../src/app/personalities.ts'
import { decodeSdr } from '../../../src/ipmi/sdr.ts'
import { FakeVitals } from '../../support/fake-vitals.ts'
import { testBmc } from '../../support/test-bmc.ts'

function generic() {
  const parts = testBmc({ storage: new Personalities().storage('generic', 'cn01', 0x9f) })
  parts.machine.becomes('on', 'request')
  parts.clock.advance(3_600_000)
  return parts
}

test('records are numbered, of their right length, and shared by all nodes; FRUs are a node’s own', () => {
  const personalities = new Personalities()
  const [a, b] = ['cn01', 'cn02'].map((name) => personalities.storage('generic', name, 0x9f))
  expect(a.sdrs).toBe(b.sdrs)
  expect(a.sensors).toBe(b.sensors)
  expect(a.sdrs.map((record) => record[0])).toEqual(a.sdrs.map((_, i) => i + 1))
  for (const record of a.sdrs) expect(decodeSdr(record)).toBeDefined()
  expect(Buffer.from(a.frus[0].data()).includes('cn01')).toBe(true)
  expect(Buffer.from(b.frus[0].data()).includes('cn02')).toBe(true)
})

test('every sensor of a server that runs is well, and nothing is in the SEL but its start', () => {
  const { bmc, clock } = generic()
  for (let hour = 0; hour < 48; hour++) {
    clock.advance(3_600_000)
    for (const { name, value, states } of sensorStatuses(bmc)) {
      if (value !== null) expect({ name, states }).toEqual({ name, states: [] })
    }
  }
  expect(bmc.sel.count).toBe(2)
})

test('off, there is nothing to measure but what has standby power; on again, fans run up first', () => {
  const { bmc, machine, clock } = generic()
  machine.becomes('off', 'request')
  const there = () =>
    sensorStatuses(bmc)
      .filter(({ value }) => value !== null)
      .map(({ name }) => name)
  expect(there()).toEqual(['Inlet Temp', 'Exhaust Temp', 'VBAT', 'PSU1 Power', 'PSU2 Power'])
  machine.becomes('on', 'request')
  const fan = () => sensorStatuses(bmc).find(({ name }) => name === 'Fan 1')?.value ?? 0
  const first = fan()
  clock.advance(120_000)
  expect(first).toBeGreaterThan(10_000)
  expect(fan()).toBeLessThan(6_000)
})

test('values are in their units, and set in them', () => {
  const { bmc } = generic()
  expect(setSensor(bmc, '12v', '13.4')).toMatchObject({ value: 13.38, unit: 'volts', states: [3, 4], forced: true })
  expect(setSensor(bmc, '12V', undefined)).toMatchObject({ states: [], forced: false })
  expect(setSensor(bmc, 'Inlet Temp', '-8')).toMatchObject({ value: -8, unit: 'degrees C', states: [0, 1] })
  expect(setSensor(bmc, 'Drive 1', '0,1')).toMatchObject({ value: null, states: [0, 1] })
  expect(setSensor(bmc, 'Drive 1', 'none')).toMatchObject({ states: [] })
  expect(() => setSensor(bmc, 'Drive 1', '15')).toThrow(expect.objectContaining({ reason: 'invalid-field' }))
  expect(() => setSensor(bmc, '12V', 'high')).toThrow(expect.objectContaining({ reason: 'invalid-field' }))
})

test('a server that works is warmer, louder and hungrier than one that does not, and still well', () => {
  const { bmc, clock, machine } = generic()
  const vitals = new FakeVitals(clock)
  machine.vitals = () => vitals.look()
  const shown = () => new Map(sensorStatuses(bmc).map(({ name, value }) => [name, value ?? Number.NaN]))
  shown()
  clock.advance(3_600_000)
  const idle = shown()
  const before = bmc.sel.count
  vitals.work({ cpu: 1, memory: 0.9, diskBytes: 150_000, networkBytes: 60_000 })
  clock.advance(3_600_000)
  const busy = shown()
  const more = (name: string) => (busy.get(name) ?? Number.NaN) - (idle.get(name) ?? Number.NaN)
  for (const [name, least] of Object.entries({
    'CPU1 Temp': 25,
    'DIMM A Temp': 10,
    'Drive Bay Temp': 6,
    'Exhaust Temp': 8,
    'Fan 1': 2500,
    'PSU1 Power': 70,
    'CPU Usage': 99,
    'Memory Usage': 89,
    'IO Usage': 60,
  })) {
    expect({ name, more: more(name) }).toEqual({ name, more: expect.toSatisfy((value: number) => value >= least) })
  }
  expect(bmc.dcmi.meter.watts()).toBe((busy.get('PSU1 Power') ?? 0) + (busy.get('PSU2 Power') ?? 0))
  expect(bmc.sel.count).toBe(before)
})

test('the same node with the same work shows the same', () => {
  const course = () => {
    const { bmc, clock, machine } = generic()
    const vitals = new FakeVitals(clock)
    machine.vitals = () => vitals.look()
    return Array.from({ length: 30 }, (_, i) => {
      vitals.work({ cpu: (i % 5) / 5, memory: 0.5 })
      clock.advance(10_000)
      return sensorStatuses(bmc).map(({ value }) => value)
    })
  }
  expect(course()).toEqual(course())
})
