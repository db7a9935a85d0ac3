import { expect, test } from 'vitest'
import { SetInProgress } from '../../../src/bmc/set-in-progress.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { testBmc, testSession } from '../../support/test-bmc.ts'

test('one client at a time; the same one may repeat itself', () => {
  const { bmc, clock } = testBmc()
  const [a, b] = [testSession(bmc), testSession(bmc)]
  const lock = new SetInProgress(clock)
  expect(lock.begin(a)).toBe(true)
  expect(lock.begin(a)).toBe(true)
  expect(lock.begin(b)).toBe(false)
  lock.end()
  expect(lock.begin(b)).toBe(true)
})

test('it falls with its own session, not with another', () => {
  const { bmc, clock } = testBmc()
  const [a, b] = [testSession(bmc), testSession(bmc)]
  const lock = new SetInProgress(clock)
  lock.begin(a)
  expect(lock.sessionEnded(b)).toBe(false)
  expect(lock.active).toBe(true)
  expect(lock.sessionEnded(a)).toBe(true)
  expect(lock.active).toBe(false)
})

test('a guest that goes quiet loses it after a minute', () => {
  const clock = new FakeClock()
  const lock = new SetInProgress(clock)
  lock.begin(undefined)
  clock.advance(59_000)
  lock.touch()
  clock.advance(59_000)
  expect(lock.active).toBe(true)
  clock.advance(1_000)
  expect(lock.active).toBe(false)
})
