import { expect, test } from 'vitest'
import { followPolicy } from '../../../../src/bmc/pef/alert-policy.ts'
import type { AlertPolicy } from '../../../../src/ipmi/pef.ts'

/** Entries as rule, channel and destination; destination 2 is of another type, 9 is one that cannot be reached. */
async function sent(...entries: readonly (readonly [number, number, number])[]): Promise<string[]> {
  const tried: string[] = []
  await followPolicy(
    entries.map(([rule, channel, destination]): AlertPolicy => {
      return { policy: 1, enabled: true, rule, channel, destination, eventSpecific: false, text: 0 }
    }),
    ({ destination }) => (destination === 2 ? 6 : 0),
    async ({ channel, destination }) => {
      tried.push(`${channel}.${destination}`)
      return destination !== 9
    },
  )
  return tried
}

test('always is always', async () => {
  expect(await sent([0, 1, 1], [0, 1, 3], [0, 2, 1])).toEqual(['1.1', '1.3', '2.1'])
})

test('next entry: the others come into play when one fails', async () => {
  expect(await sent([1, 1, 1], [1, 1, 3], [0, 1, 4])).toEqual(['1.1', '1.4'])
  expect(await sent([1, 1, 9], [1, 1, 3], [1, 1, 4])).toEqual(['1.9', '1.3'])
})

test('stop: nothing after a success', async () => {
  expect(await sent([0, 1, 1], [2, 1, 3], [0, 1, 4])).toEqual(['1.1'])
  expect(await sent([0, 1, 9], [2, 1, 3], [0, 1, 4])).toEqual(['1.9', '1.3', '1.4'])
})

test('after a success on to another channel, or to another type of destination', async () => {
  expect(await sent([0, 1, 1], [3, 1, 3], [0, 1, 4], [0, 2, 1])).toEqual(['1.1', '2.1'])
  expect(await sent([0, 1, 1], [4, 1, 3], [0, 1, 4], [0, 1, 2])).toEqual(['1.1', '1.2'])
})
