import { expect, it } from 'vitest'
import { didYouMean, nearest } from '../../../src/config/nearest.ts'

it.each([
  ['nmae', 'name'],
  ['Name', 'name'],
  ['startcnd', 'startcmd'],
  ['start_cmd', 'startcmd'],
  ['sart', undefined],
  ['poweroff', 'poweroff_wait'],
  ['frobnicate', undefined],
  ['x'.repeat(1000), undefined],
])('%s is like %s', (word, expected) => {
  expect(nearest(word, ['name', 'startcmd', 'startlan', 'poweroff_wait'])).toBe(expected)
})

it('says nothing where nothing is like it', () => {
  expect(didYouMean('zzz', ['name'])).toBe('')
  expect(didYouMean('nam', ['name'])).toBe('; did you mean "name"?')
})
