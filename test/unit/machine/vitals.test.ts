import { expect, test } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import { SimulatedMachine } from '../../../src/machine/simulated.ts'
import { SimulatedWork } from '../../../src/machine/simulated-work.ts'
import { rateBetween } from '../../../src/machine/vitals.ts'
import { FakeClock } from '../../support/fake-clock.ts'

test('a rate is what was added by the time between, and unknown where nothing can be told', () => {
  const at = (total: number, atMs: number) => ({ total, atMs })
  expect(rateBetween(at(100, 1000), at(600, 2000))).toBe(0.5)
  expect(rateBetween(at(100, 1000), at(100, 1000))).toBeUndefined()
  expect(rateBetween(at(600, 1000), at(100, 2000))).toBeUndefined()
  expect(rateBetween(undefined, at(100, 2000))).toBeUndefined()
})

function load(name: string, looksMs: readonly number[]) {
  const clock = new FakeClock()
  const work = new SimulatedWork(name, clock, 'system')
  const before = work.vitals()
  for (const ms of looksMs) {
    clock.advance(ms)
    work.vitals()
  }
  return rateBetween(before.cpuMs, work.vitals().cpuMs)
}

test('simulated work is a matter of name and time, however often one looks', () => {
  const once = load('cn01', [60_000]) ?? 0
  expect(
    load(
      'cn01',
      Array.from({ length: 60 }, () => 1000),
    ),
  ).toBeCloseTo(once, 9)
  expect(load('cn02', [60_000])).not.toBeCloseTo(once, 3)
  expect(once).toBeGreaterThan(0.02)
  expect(once).toBeLessThan(0.5)
})

test('the simulated machine works hardest while its system starts, and not at all while it is off', async () => {
  const clock = new FakeClock()
  const machine = new SimulatedMachine({ name: 'sim01', clock, log: silentLogger })
  expect(machine.vitals()).toBeUndefined()
  await machine.powerOn({})
  const rates: number[] = []
  let before = machine.vitals()
  for (let i = 0; i < 200; i++) {
    clock.advance(100)
    const now = machine.vitals()
    rates.push(rateBetween(before?.cpuMs, now?.cpuMs) ?? Number.NaN)
    before = now
  }
  expect(Math.max(...rates)).toBeCloseTo(0.9, 6)
  expect(rates[0]).toBeCloseTo(0.5, 6)
  expect(rates[199]).toBeLessThan(0.5)
  expect(machine.vitals()?.cpus).toBe(1)
  await machine.powerOff()
  expect(machine.vitals()).toBeUndefined()
})
