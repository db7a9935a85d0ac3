import { expect, it } from 'vitest'
import { mergedList } from '../../../src/redfish/validate.ts'

it.each([
  ['{} leaves a word', ['a', 'b', 'c'], [{}, 'x', {}], ['a', 'x', 'c']],
  ['{} leaves an object', [{ at: 1 }, { at: 2 }], [{}, { at: 3 }], [{ at: 1 }, { at: 3 }]],
  ['an object changes what it names', [{ at: 1, by: 'me' }], [{ at: 2 }], [{ at: 2, by: 'me' }]],
  ['null removes', ['a', 'b', 'c'], [{}, null, {}], ['a', 'c']],
  ['a shorter list ends the old one', ['a', 'b', 'c'], ['x', {}], ['x', 'b']],
  ['an empty list empties', ['a', 'b'], [], []],
  ['a longer list adds', ['a'], [{}, 'b'], ['a', 'b']],
  ['{} where nothing was is no element', ['a'], ['a', {}], ['a', {}]],
])('%s', (_, before, given, after) => {
  expect(mergedList(before, given)).toEqual(after)
})
