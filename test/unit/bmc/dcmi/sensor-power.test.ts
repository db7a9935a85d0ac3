import { expect, test } from 'vitest'
import { Bmc } from '../../../../src/bmc/bmc.ts'
import { PowerSensors } from '../../../../src/bmc/dcmi/power-sensors.ts'
import type { SensorSeed } from '../../../../src/bmc/sensors/sensor-seeds.ts'
import { FakeVitals } from '../../../support/fake-vitals.ts'
import { testBmc } from '../../../support/test-bmc.ts'
import { temperatureSeed, testStorage } from '../../../support/test-storage.ts'

/** Power in steps of 4 W: 60 W idle, 100 W more at full work. */
function supply(number: number, more: Partial<SensorSeed> = {}): SensorSeed {
  const plain = temperatureSeed()
  const conversion = plain.conversion && {
    ...plain.conversion,
    factors: { ...plain.conversion.factors, m: 4 },
  }
  const signal = {
    kind: 'analog',
    on: 15,
    off: 2,
    start: 15,
    wobble: 0.5,
    settleMs: 15_000,
    load: { cpu: 25 },
  } as const
  const unit = { base: 6, percent: false }
  return { ...plain, number, name: `PSU${number}`, type: 0x0b, unit, entityId: 0x0a, conversion, signal, ...more }
}

function bmcWith(...sensors: SensorSeed[]) {
  const parts = testBmc({ storage: testStorage({ sensors }) })
  const vitals = new FakeVitals(parts.clock)
  parts.machine.vitals = () => vitals.look()
  parts.machine.becomes('on', 'request')
  const { dcmi, sensors: all } = parts.bmc
  const shown = () => sensors.reduce((sum, { number }) => sum + 4 * all.reading(all.get(0, number)).raw, 0)
  const hold = (watts: number) => {
    dcmi.limit.set({ ...dcmi.limit.settings, watts })
    dcmi.limit.setActive(true)
  }
  return { ...parts, vitals, dcmi, shown, hold }
}

test('both doors show one number at every moment, and it rises with the work', () => {
  const { clock, vitals, dcmi, shown } = bmcWith(supply(1), supply(2))
  const seen: number[] = []
  for (let s = 0; s < 300; s++) {
    if (s === 100) vitals.work({ cpu: 1 })
    clock.advance(1000)
    expect(dcmi.meter.watts()).toBe(shown())
    seen.push(shown())
  }
  expect(Math.max(...seen.slice(0, 100))).toBeLessThan(130)
  expect(Math.min(...seen.slice(200))).toBeGreaterThan(305)
  const { current, minimum, maximum, average } = dcmi.meter.statistics()
  expect([current, minimum, maximum]).toEqual([shown(), 16, Math.max(...seen)])
  expect(average).toBeGreaterThan(220)
  expect(average).toBeLessThan(270)
})

test('the mean over an hour that nobody looked into is right', () => {
  const { clock, vitals, dcmi } = bmcWith(supply(1), supply(2))
  vitals.work({ cpu: 0.5 })
  clock.advance(3_600_000)
  const { average, current } = dcmi.meter.statistics()
  expect(Math.abs(average - 220)).toBeLessThan(6)
  expect(Math.abs(current - 220)).toBeLessThan(9)
})

test('what is forced on a sensor is what DCMI reads, and a limit sees it', () => {
  const { clock, bmc, dcmi, hold } = bmcWith(supply(1), supply(2))
  clock.advance(60_000)
  bmc.sensors.force(bmc.sensors.get(0, 1), 200)
  expect(dcmi.meter.watts()).toBeGreaterThan(850)
  hold(500)
  expect(dcmi.limit.exceededBy(dcmi.meter.watts())).toBe(false)
  clock.advance(1000)
  expect(dcmi.limit.exceededBy(dcmi.meter.watts())).toBe(true)
})

test('a limit holds every one of them, together within it, and never below what it draws doing nothing', () => {
  const { clock, vitals, dcmi, shown, hold } = bmcWith(supply(1), supply(2))
  vitals.work({ cpu: 1 })
  hold(203)
  for (let s = 0; s < 100; s++) {
    clock.advance(1000)
    expect(shown()).toBeLessThanOrEqual(203)
    expect(dcmi.meter.watts()).toBe(shown())
  }
  expect(shown()).toBeGreaterThanOrEqual(200)
  hold(200)
  expect(shown()).toBe(200)
  hold(10)
  expect(dcmi.meter.idle).toBe(120)
  expect(shown()).toBeLessThanOrEqual(120)
  expect(shown()).toBe(120)
})

test('off is what is left on standby', () => {
  const { clock, machine, dcmi } = bmcWith(supply(1), supply(2))
  clock.advance(60_000)
  machine.becomes('off', 'request')
  expect(dcmi.meter.watts()).toBeGreaterThan(100)
  clock.advance(120_000)
  expect(dcmi.meter.watts()).toBeLessThanOrEqual(20)
})

test('a sensor of the whole machine tells the power alone; one of a part of it does not', () => {
  const whole = supply(3, { entityId: 0x07 })
  const processor = supply(4, { entityId: 0x03 })
  expect(PowerSensors.of([supply(1), whole, supply(2)]).all).toEqual([whole])
  expect(PowerSensors.of([processor]).all).toEqual([])
  const { clock, dcmi } = bmcWith(processor)
  clock.advance(60_000)
  expect(dcmi.meter.watts()).toBe(dcmi.meter.idle)
})

test('a limit slows a machine to the share of its speed that keeps to it, and no further than it stays alive', () => {
  const { machine, dcmi, hold } = bmcWith(supply(1), supply(2))
  const asked: (number | undefined)[] = []
  machine.limitWork = (share) => asked.push(share)
  expect([dcmi.meter.idle, dcmi.meter.cpuWatts]).toEqual([120, 200])
  hold(170)
  expect(asked.at(-1)).toBe(0.25)
  hold(100)
  expect(asked.at(-1)).toBe(0.1)
  hold(400)
  expect(asked.at(-1)).toBeUndefined()
  hold(170)
  dcmi.limit.setActive(false)
  expect(asked.at(-1)).toBeUndefined()
})

test('a limit that was active before a restart slows the machine again', () => {
  const first = bmcWith(supply(1), supply(2))
  first.hold(170)
  const { machine, options } = first
  const asked: (number | undefined)[] = []
  machine.limitWork = (share) => asked.push(share)
  new Bmc(options)
  expect(asked).toEqual([0.25])
})
