import { expect, test } from 'vitest'
import { seedOf, wave, waveArea } from '../../../src/base/waves.ts'

test('the seed is FNV-1a', () => {
  expect(seedOf('')).toBe(0x811c9dc5)
  expect(seedOf('a')).toBe(0xe40c292c)
})

test('a wave stays between 0 and 1 and uses most of that', () => {
  const seen = Array.from({ length: 2000 }, (_, i) => wave(seedOf('cn01'), i * 1000))
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...seen)).toBeLessThanOrEqual(1)
  expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(0.7)
})

test('the area is what the wave adds up to', () => {
  const seed = seedOf('cn01')
  const steps = 10_000
  const sum = Array.from({ length: steps }, (_, i) => wave(seed, 5000 + (i + 0.5) * 10)).reduce((a, b) => a + b) * 10
  expect(waveArea(seed, 5000 + steps * 10) - waveArea(seed, 5000)).toBeCloseTo(sum, 2)
})
