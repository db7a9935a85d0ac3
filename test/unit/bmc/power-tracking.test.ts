import { expect, test } from 'vitest'
import { PowerTracking } from '../../../src/bmc/power-tracking.ts'
import { MemoryStore } from '../../../src/bmc/store.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { testBmc } from '../../support/test-bmc.ts'

function tracking() {
  const clock = new FakeClock()
  const store = new MemoryStore()
  const onTime = { minutes: 0 }
  const { dcmi } = testBmc().bmc
  const make = () => new PowerTracking({ clock, store, dcmi, onTime })
  return { clock, onTime, make, perHour: dcmi.meter.idle * 1.3 }
}

test('energy is that of the hours on, from the last clear on, over a restart', () => {
  const { clock, onTime, make, perHour } = tracking()
  onTime.minutes = 600
  const first = make()
  expect(first.energy.wattHours).toBe(Math.round(10 * perHour))
  expect(first.energy.sinceS).toBe(Math.floor(clock.now() / 1000) - 36_000)
  first.clearEnergy()
  clock.advance(7_200_000)
  onTime.minutes = 720
  expect(make().energy.wattHours).toBe(Math.round(2 * perHour))
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
