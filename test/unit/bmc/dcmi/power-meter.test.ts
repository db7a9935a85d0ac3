import { expect, test } from 'vitest'
import { PowerLimit } from '../../../../src/bmc/dcmi/power-limit.ts'
import { PowerMeter } from '../../../../src/bmc/dcmi/power-meter.ts'
import { Workload } from '../../../../src/bmc/sensors/workload.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'

function meterOf(name: string) {
  const [clock, machine] = [new FakeClock(), new FakeMachine()]
  const workload = new Workload({ name, clock, machine })
  const limit = new PowerLimit(clock, new MemoryStore())
  const meter = new PowerMeter({ name, clock, power: machine.power, workload, source: undefined, limit })
  machine.onPower((power) => {
    meter.powerChanged(power)
    workload.powerChanged(power)
  })
  const hold = (watts: number) => {
    limit.set({ ...limit.settings, watts })
    limit.setActive(true)
  }
  return { clock, machine, meter, hold }
}

test('off is what the BMC itself takes; on rises to a load that moves, and falls again', async () => {
  const { clock, machine, meter } = meterOf('cn01')
  expect(meter.watts()).toBe(6)
  await machine.powerOn({})
  expect(meter.watts()).toBe(6)
  clock.advance(60_000)
  const seen = Array.from({ length: 50 }, () => {
    clock.advance(10_000)
    return meter.watts()
  })
  for (const watts of seen) {
    expect(watts).toBeGreaterThanOrEqual(meter.idle)
    expect(watts).toBeLessThanOrEqual(meter.idle * 1.6)
  }
  expect(new Set(seen).size).toBeGreaterThan(10)
  await machine.powerOff()
  expect(meter.watts()).toBeGreaterThan(50)
  clock.advance(60_000)
  expect(meter.watts()).toBe(6)
})

test('two nodes differ, one node is the same at every run', async () => {
  const course = async (name: string) => {
    const { clock, machine, meter } = meterOf(name)
    await machine.powerOn({})
    return Array.from({ length: 20 }, () => {
      clock.advance(7_000)
      return meter.watts()
    })
  }
  expect(await course('cn01')).toEqual(await course('cn01'))
  expect(await course('cn01')).not.toEqual(await course('cn02'))
})

test('statistics hold together, over the time that was watched and not more than the window', async () => {
  const { clock, machine, meter } = meterOf('cn01')
  expect(meter.statistics()).toMatchObject({ current: 6, minimum: 6, maximum: 6, average: 6, periodMs: 0 })
  clock.advance(60_000)
  await machine.powerOn({})
  clock.advance(60_000)
  const all = meter.statistics()
  expect([all.periodMs, all.minimum, all.current]).toEqual([120_000, 6, meter.watts()])
  expect(all.average).toBeGreaterThan(all.minimum)
  expect(all.average).toBeLessThan(all.maximum)
  const last = meter.statistics(30_000)
  expect(last.periodMs).toBe(30_000)
  expect(last.minimum).toBeGreaterThanOrEqual(meter.idle)
})

test('a limit holds the load down, but not below what the machine draws doing nothing', async () => {
  const { clock, machine, meter, hold } = meterOf('cn01')
  await machine.powerOn({})
  clock.advance(60_000)
  const limit = meter.idle + 5
  hold(limit)
  for (let i = 0; i < 50; i++) {
    clock.advance(10_000)
    expect(meter.watts()).toBeLessThanOrEqual(limit)
  }
  hold(10)
  expect(meter.watts()).toBe(meter.idle)
})

test('a machine that is switched on and off all the time keeps its statistics sane', async () => {
  const { clock, machine, meter } = meterOf('cn01')
  for (let i = 0; i < 200; i++) {
    await (i % 2 === 0 ? machine.powerOn({}) : machine.powerOff())
    clock.advance(500)
  }
  const { minimum, maximum } = meter.statistics()
  expect(minimum).toBeGreaterThanOrEqual(6)
  expect(maximum).toBeLessThanOrEqual(meter.idle * 1.6)
})
