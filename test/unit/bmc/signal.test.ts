import { expect, test } from 'vitest'
import { type AnalogSignal, hashOf, signalValue } from '../../../src/bmc/signal.ts'

const fan: AnalogSignal = { kind: 'analog', on: 90, off: undefined, start: 190, wobble: 0, settleMs: 10_000 }
const at = (ms: number) => ({ wallMs: ms, ms })

test('a value that settled long ago is where it should be', () => {
  expect(signalValue(fan, 'on', undefined, at(5000), 1)).toBe(90)
  expect(signalValue(fan, 'off', undefined, at(5000), 1)).toBeUndefined()
})

test('it sets out from where it was, and is two thirds of the way after its time constant', () => {
  const anchor = { sinceMs: 1000, from: undefined }
  expect(signalValue(fan, 'on', anchor, at(1000), 1)).toBe(190)
  expect(signalValue(fan, 'on', anchor, at(11_000), 1)).toBeCloseTo(90 + 100 / Math.E, 9)
  expect(signalValue(fan, 'on', { sinceMs: 1000, from: 50 }, at(1000), 1)).toBe(50)
})

test('the wobble stays within its bounds, moves smoothly, and is the same for the same seed and time', () => {
  const signal = { ...fan, wobble: 5 }
  const values = Array.from({ length: 600 }, (_, i) => signalValue(signal, 'on', undefined, at(i * 1000), 7) ?? 0)
  expect(Math.min(...values)).toBeGreaterThanOrEqual(85)
  expect(Math.max(...values)).toBeLessThanOrEqual(95)
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(3)
  const steps = values.slice(1).map((value, i) => Math.abs(value - values[i]))
  expect(Math.max(...steps)).toBeLessThan(1)
  expect(signalValue(signal, 'on', undefined, at(4321), 7)).toBe(signalValue(signal, 'on', undefined, at(4321), 7))
  expect(signalValue(signal, 'on', undefined, at(4321), 8)).not.toBe(signalValue(signal, 'on', undefined, at(4321), 7))
})

test('states follow the power', () => {
  const signal = { kind: 'states', on: 2, off: 0 } as const
  expect([signalValue(signal, 'on', undefined, at(0), 1), signalValue(signal, 'off', undefined, at(0), 1)]).toEqual([
    2, 0,
  ])
})

test('the hash is FNV-1a', () => {
  expect(hashOf('')).toBe(0x811c9dc5)
  expect(hashOf('a')).toBe(0xe40c292c)
})
