import { expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import { fruField, idString, idStringText } from '../../../src/ipmi/type-length.ts'

test('an ID string is Latin-1 with its length in front, 16 characters at most', () => {
  expect(hex(idString('Fan 1'))).toBe('c5 46 61 6e 20 31')
  expect(idString('a name of twenty chars').length).toBe(17)
  expect(idStringText(idString('Fan 1'))).toBe('Fan 1')
})

test('a FRU field of one character does not look like the end of its area', () => {
  expect(hex(fruField('A'))).toBe('c2 41 20')
  expect(hex(fruField(''))).toBe('c0')
})

/** BCD plus, packed six-bit ASCII (the specification's own example), UTF-16. */
test.each([
  ['44 12 3a bc d0', '123 -.:0'],
  ['83 29 dc a6', 'IPMI'],
  ['04 41 00 42 00', 'AB'],
  ['', ''],
])('other encodings are read too: %s', (bytes, text) => {
  expect(idStringText(fromHex(bytes))).toBe(text)
})
