import { expect, test } from 'vitest'
import { Identify } from '../../../src/bmc/identify.ts'
import { FakeClock } from '../../support/fake-clock.ts'

test('the light goes out by itself, or when told', () => {
  const clock = new FakeClock()
  const identify = new Identify(clock)
  expect(identify.state).toBe('off')
  identify.on(15)
  clock.advance(14_999)
  expect(identify.state).toBe('temporary')
  clock.advance(1)
  expect(identify.state).toBe('off')
  identify.onIndefinitely()
  clock.advance(10_000_000)
  expect(identify.state).toBe('indefinite')
  identify.off()
  expect(identify.state).toBe('off')
})
