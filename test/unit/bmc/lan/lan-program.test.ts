import { expect, test } from 'vitest'
import { fromLanText, toLanText } from '../../../../src/bmc/lan/lan-program.ts'

test.each([
  ['address', '10.9.8.7', [10, 9, 8, 7]],
  ['mac', '52:54:00:01:02:0f', [0x52, 0x54, 0, 1, 2, 15]],
  ['source', 'dhcp', [2]],
] as const)('%s: %s', (form, text, bytes) => {
  expect(toLanText(form, Uint8Array.from(bytes))).toBe(text)
  expect(fromLanText(form, `${text}\n`)).toEqual(Uint8Array.from(bytes))
})

test('the beginning of a source is enough', () => {
  expect(fromLanText('source', 'stat')).toEqual(Uint8Array.of(1))
})

test.each([
  ['address', '10.9.8'],
  ['address', '10.9.8.256'],
  ['address', ''],
  ['mac', '52:54:00:01:02'],
  ['mac', '52:54:00:01:02:xx'],
  ['source', ''],
  ['source', 'by hand'],
] as const)('no %s: "%s"', (form, text) => {
  expect(() => fromLanText(form, text)).toThrow(expect.objectContaining({ reason: 'invalid-field' }))
})
