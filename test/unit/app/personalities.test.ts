import { describe, expect, test } from 'vitest'
import { sensorStatuses, setSensor } from '../../../src/app/node-sensors.ts'
import { Personalities } from '../../../src/app/personalities.ts'
import { defaultIdentity } from '../../../src/config/defaults.ts'
import { personalityNames } from '../../../src/config/personality/find.ts'
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
  expect(() => setSensor(bmc, '12V', '1200')).toThrow(/^12V measures from 0 to \d+(\.\d+)?, not 1200$/)
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

test('there are six, and generic is what a BMC is that no file describes', () => {
  const names = ['generic', 'idrac-like', 'ilo-like', 'megarac-like', 'openbmc', 'supermicro-like']
  expect(personalityNames()).toEqual(names)
  const { guid: _, ...device } = defaultIdentity
  expect(new Personalities().named('generic').device).toEqual(device)
})

describe.each(personalityNames())('%s', (name) => {
  const personalities = new Personalities()
  const personality = personalities.named(name)
  const storage = personalities.storage(personality, 'cn01', personality.device.deviceSupport)

  test('every record decodes, has an ID of its own, and a name that no other has', () => {
    const { firstId, step } = personality.sdr
    const ids = storage.sdrs.map((record) => record[0] | (record[1] << 8))
    expect(ids).toEqual(storage.sdrs.map((_, i) => firstId + i * step))
    expect(Math.max(...ids)).toBeLessThan(0xffff)
    for (const record of storage.sdrs) expect(decodeSdr(record)).toBeDefined()
    const names = storage.sensors.map((sensor) => sensor.name)
    expect(new Set(names).size).toBe(names.length)
    for (const one of names) expect(one.length).toBeLessThanOrEqual(16)
  })

  test('its sensors are well in a server that runs, idle or not, and idle where its file has them', () => {
    const { bmc, clock, machine } = testBmc({ storage })
    const vitals = new FakeVitals(clock)
    machine.vitals = () => vitals.look()
    machine.becomes('on', 'request')
    clock.advance(3_600_000)
    const well = (hours: number) => {
      for (let hour = 0; hour < hours; hour++) {
        clock.advance(3_600_000)
        for (const status of sensorStatuses(bmc)) {
          if (status.value !== null)
            expect({ name: status.name, states: status.states }).toEqual({ name: status.name, states: [] })
        }
      }
    }
    vitals.work({ cpu: 1, memory: 1, diskBytes: 200_000, networkBytes: 125_000 })
    well(24)
    vitals.work({})
    well(24)
    for (const sensor of personality.sensors) {
      if (sensor.kind !== 'analog') continue
      const { value } = sensorStatuses(bmc).find((one) => one.name === sensor.name) ?? {}
      const strays = ({ scale, reading }: typeof sensor) => reading.wobble + Math.abs(scale.m) * 10 ** scale.exponent
      const leads = personality.sensors.flatMap((other) => {
        return other.kind === 'analog' ? strays(other) * (sensor.reading.follows[other.name] ?? 0) : []
      })
      const off = Math.abs((value ?? Number.NaN) - sensor.reading.on)
      expect(off, sensor.name).toBeLessThan(strays(sensor) + Math.max(...leads))
    }
  })

  test('the areas of its FRUs add up to zero', () => {
    expect(storage.frus[0].device).toBe(0)
    for (const { data } of storage.frus) {
      const bytes = data()
      const sum = (from: number, to: number) => bytes.subarray(from, to).reduce((all, one) => (all + one) & 0xff, 0)
      expect(sum(0, 8)).toBe(0)
      const areas = [...bytes.subarray(2, 5)].filter((offset) => offset !== 0).map((offset) => offset * 8)
      expect(areas.length).toBeGreaterThan(0)
      for (const at of areas) expect(sum(at, at + bytes[at + 1] * 8)).toBe(0)
    }
  })
})

test('device SDRs are there where the device says that it has some', () => {
  const personalities = new Personalities()
  const idrac = personalities.storage('idrac-like', 'cn01', 0xdf)
  expect(idrac.deviceSdrs.get(0)).toBe(idrac.sdrs)
  expect(personalities.storage('openbmc', 'cn01', 0x8f).deviceSdrs.size).toBe(0)
})
