import { expect, test } from 'vitest'
import { PowerTracking } from '../../../../src/bmc/dcmi/power-tracking.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { testBmc } from '../../../support/test-bmc.ts'

function tracking() {
  const { bmc, clock, machine } = testBmc()
  const { dcmi } = bmc
  const store = new MemoryStore()
  const onTime = { minutes: 0 }
  const make = () => new PowerTracking({ clock, store, dcmi, onTime })
  return { clock, machine, meter: dcmi.meter, onTime, store, make }
}

test('energy is what the meter took, from the last clear on, over a restart', async () => {
  const { clock, machine, meter, make } = tracking()
  const first = make()
  first.clearEnergy()
  clock.advance(3_600_000)
  const off = first.energy.wattHours
  expect(off).toBe(meter.watts())
  await machine.powerOn({})
  clock.advance(3_600_000)
  const { average } = meter.statistics()
  expect(first.energy.wattHours - off).toBeCloseTo(average, -1)
  const told = first.energy.wattHours
  expect(make().energy.wattHours).toBe(told)
  clock.advance(3_600_000)
  const last = make()
  expect(last.energy.wattHours).toBe(told)
  last.clearEnergy()
  expect(last.energy.wattHours).toBe(0)
})

test('of the time before anybody asked the hours are known', () => {
  const { clock, meter, onTime, make } = tracking()
  onTime.minutes = 600
  const first = make()
  expect(first.energy.wattHours).toBe(Math.round(10 * meter.idle * 1.3))
  expect(first.energy.sinceS).toBe(Math.floor(clock.now() / 1000) - 36_000)
})

test('it is written when it was told, and then every ten minutes', () => {
  const { clock, store, make } = tracking()
  const kept = () => store.get('tracking.energy.watt-hours')
  const one = make()
  clock.advance(3_600_000)
  one.minute()
  one.close()
  expect(kept()).toBeUndefined()
  const { wattHours } = one.energy
  expect(kept()).toBeCloseTo(wattHours, 0)
  clock.advance(599_000)
  one.minute()
  expect(kept()).toBeCloseTo(wattHours, 0)
  clock.advance(3_600_000)
  one.minute()
  expect(kept()).toBeGreaterThan(wattHours + 1)
})

test('a peak stays the peak until it is cleared', () => {
  const { clock, make } = tracking()
  const one = make()
  const first = one.peak
  clock.advance(86_400_000)
  expect(make().peak.watts).toBeGreaterThanOrEqual(first.watts)
  expect(make().peak.sinceS).toBe(first.sinceS)
  one.clearPeak()
  expect(one.peak.sinceS).toBe(Math.floor(clock.now() / 1000))
})
