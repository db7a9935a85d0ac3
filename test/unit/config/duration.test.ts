import { expect, it } from 'vitest'
import { durationMs } from '../../../src/config/duration.ts'

it('reads times as people write them', () => {
  expect(['90s', '2m', '1m30s', '500ms', '1h', 30, '1.5', '1.5m'].map(durationMs)).toEqual([
    90_000, 120_000, 90_000, 500, 3_600_000, 30_000, 1_500, 90_000,
  ])
})

it('refuses what is none', () => {
  for (const wrong of ['', '0', 'soon', '2 m', 'm', '25h', '-1s', '1s1', '1x'])
    expect(durationMs(wrong)).toBeUndefined()
})
