import { expect, test } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import { Identify } from '../../../../src/bmc/power/identify.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

test('the light goes out by itself, or when told', () => {
  const clock = new FakeClock()
  const identify = new Identify(clock, {})
  expect(identify.state).toBe('off')
  identify.light(15, false)
  clock.advance(14_999)
  expect(identify.state).toBe('temporary')
  clock.advance(1)
  expect(identify.state).toBe('off')
  identify.light(15, true)
  clock.advance(10_000_000)
  expect(identify.state).toBe('indefinite')
  identify.light(0, false)
  expect(identify.state).toBe('off')
})

test("a machine's own light is told, and where it refuses nothing is lit", async () => {
  const told: string[] = []
  let works = true
  const identify = new Identify(new FakeClock(), {
    async identify(seconds, forced) {
      if (!works) throw new BmcError('wrong-state', 'no bulb')
      told.push(`${seconds} ${forced}`)
    },
  })
  await identify.light(7, false)
  expect(identify.state).toBe('temporary')
  await identify.light(0, true)
  expect(told).toEqual(['7 false', '0 true'])
  works = false
  await expect(identify.light(0, false)).rejects.toThrow('no bulb')
  expect(identify.state).toBe('indefinite')
})
