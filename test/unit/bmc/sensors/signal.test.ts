import { expect, test } from 'vitest'
import { type AnalogSignal, courseOf, stepped, targetOf, wobble } from '../../../../src/bmc/sensors/signal.ts'
import { noWork } from '../../../../src/bmc/sensors/workload.ts'

const fan: AnalogSignal = { kind: 'analog', on: 90, off: undefined, start: 190, wobble: 0, settleMs: 10_000 }
const cpu: AnalogSignal = { ...fan, on: 40, off: undefined, start: 30, settleMs: 90_000, load: { cpu: 30, disk: 2 } }
const busy = { ...noWork, cpu: 1 }

test('a value that settled long ago is where it should be', () => {
  expect(courseOf(fan, 'on', undefined, 5000)).toBe(90)
  expect(courseOf(fan, 'off', undefined, 5000)).toBeUndefined()
})

test('it sets out from where it was, and is two thirds of the way after its time constant', () => {
  const anchor = { sinceMs: 1000, from: undefined }
  expect(courseOf(fan, 'on', anchor, 1000)).toBe(190)
  expect(courseOf(fan, 'on', anchor, 11_000)).toBeCloseTo(90 + 100 / Math.E, 9)
  expect(courseOf(fan, 'on', { sinceMs: 1000, from: 50 }, 1000)).toBe(50)
})

test('work moves where it should be, each kind by its part, and only while the power is on', () => {
  expect(targetOf(cpu, 'on', { cpu: 0.5, memory: 1, disk: 1, network: 1 })).toBe(57)
  expect(targetOf({ ...cpu, off: 20 }, 'off', busy)).toBe(20)
  expect(targetOf(fan, 'on', busy)).toBe(90)
})

test('one look after two minutes of the same work shows what a look every second shows', () => {
  const step = { before: noWork, work: busy }
  const once = stepped(cpu, 'on', undefined, { ...step, fromMs: 0, toMs: 120_000 })
  let often = stepped(cpu, 'on', undefined, { ...step, fromMs: 0, toMs: 1000 })
  for (let s = 1; s < 120; s++) {
    often = stepped(cpu, 'on', often, { fromMs: s * 1000, toMs: (s + 1) * 1000, before: busy, work: busy })
  }
  expect(often.from).toBeCloseTo(once.from ?? 0, 9)
  expect(once.from).toBeCloseTo(70 - 30 * Math.exp(-120 / 90), 9)
})

test('on the way it never turns, and never goes beyond', () => {
  const anchor = stepped(cpu, 'on', undefined, { before: noWork, work: busy, fromMs: 0, toMs: 10_000 })
  const values = Array.from({ length: 1000 }, (_, i) => courseOf(cpu, 'on', anchor, 10_000 + i * 1000, busy) ?? 0)
  for (const [i, value] of values.slice(1).entries()) expect(value).toBeGreaterThanOrEqual(values[i])
  expect([values[0] > 40, values[999] <= 70, values[999] > 69.9]).toEqual([true, true, true])
})

test('the wobble stays within its bounds, moves smoothly, and is the same for the same seed and time', () => {
  const signal = { ...fan, wobble: 5 }
  const values = Array.from({ length: 600 }, (_, i) => wobble(signal, i * 1000, 7))
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-5)
  expect(Math.max(...values)).toBeLessThanOrEqual(5)
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(3)
  const steps = values.slice(1).map((value, i) => Math.abs(value - values[i]))
  expect(Math.max(...steps)).toBeLessThan(1)
  expect(wobble(signal, 4321, 7)).toBe(wobble(signal, 4321, 7))
  expect(wobble(signal, 4321, 8)).not.toBe(wobble(signal, 4321, 7))
})

test('states follow the power', () => {
  const signal = { kind: 'states', on: 2, off: 0 } as const
  expect([targetOf(signal, 'on', busy), targetOf(signal, 'off')]).toEqual([2, 0])
})
