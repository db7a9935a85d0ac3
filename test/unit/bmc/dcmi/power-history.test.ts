import { expect, test } from 'vitest'
import { PowerHistory } from '../../../../src/bmc/dcmi/power-history.ts'

const settleMs = 15_000
const start = { ms: 0, watts: 100 }

/** From 100 to 300 W. */
const curve = (ms: number) => 300 - 200 * Math.exp(-ms / settleMs)

function history(...looksMs: number[]) {
  const made = new PowerHistory(3_600_000, settleMs, start)
  for (const ms of looksMs) made.add(ms, curve(ms))
  return made
}

/** Numerically, over the same time. */
function meanOf(fromMs: number, toMs: number): number {
  const steps = 10_000
  const at = (i: number) => curve(fromMs + ((i + 0.5) * (toMs - fromMs)) / steps)
  return Array.from({ length: steps }, (_, i) => at(i)).reduce((sum, watts) => sum + watts) / steps
}

test('the mean of a rise is the same however often one looked on the way, and the true one', () => {
  const often = Array.from({ length: 60 }, (_, i) => (i + 1) * 1000)
  expect(history(60_000).since(0).average).toBeCloseTo(meanOf(0, 60_000), 4)
  expect(history(...often).since(0).average).toBeCloseTo(meanOf(0, 60_000), 4)
})

test('a part of it can be asked for that nobody looked at apart', () => {
  const { average, minimum, maximum } = history(60_000).since(20_000)
  expect(average).toBeCloseTo(meanOf(20_000, 60_000), 4)
  expect(minimum.watts).toBeCloseTo(curve(20_000), 6)
  expect(maximum.watts).toBeCloseTo(curve(60_000), 6)
  expect([minimum.ms, maximum.ms]).toEqual([20_000, 60_000])
})

test('no time is the last value', () => {
  expect(history().since(0)).toEqual({ minimum: start, maximum: start, average: 100 })
  const two = history(60_000)
  const end = { ms: 60_000, watts: curve(60_000) }
  expect(two.since(60_000)).toEqual({ minimum: end, maximum: end, average: end.watts })
})

test('looked at every second for a day it keeps an hour, with its extremes', () => {
  const made = new PowerHistory(3_600_000, settleMs, start)
  const day = 86_400
  for (let s = 1; s <= day; s++) made.add(s * 1000, s === day - 1800 ? 500 : s === day - 4000 ? 900 : 200)
  const { minimum, maximum, average } = made.since((day - 3600) * 1000)
  expect([minimum.watts, maximum]).toEqual([200, { ms: (day - 1800) * 1000, watts: 500 }])
  expect(average).toBeCloseTo(200 + 300 / 3600, 1)
})

test('without inertia a change is where it was seen', () => {
  const made = new PowerHistory(3_600_000, 0, start)
  made.add(10_000, 200)
  const { average, minimum } = made.since(5000)
  expect([Math.round(average), Math.round(minimum.watts)]).toEqual([200, 200])
})
