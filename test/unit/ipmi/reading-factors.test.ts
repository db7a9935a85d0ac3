import { expect, test } from 'vitest'
import { hex, Reader, Writer } from '../../../src/base/bytes.ts'
import {
  type Conversion,
  countOf,
  type ReadingFactors,
  rawOfValue,
  readingFactors,
  valueOfRaw,
} from '../../../src/ipmi/reading-factors.ts'

const plain: ReadingFactors = {
  m: 1,
  tolerance: 0,
  b: 0,
  accuracy: 0,
  accuracyExponent: 0,
  direction: 0,
  resultExponent: 0,
  bExponent: 0,
}
const conversion = (factors: Partial<ReadingFactors>, more: Partial<Conversion> = {}): Conversion => {
  return { factors: { ...plain, ...factors }, format: 'unsigned', linearization: 0, ...more }
}

/** Bytes 25 to 30 of Table 43-1: tens bits of M and B in the high bits of the byte behind, exponents in one byte. */
test('six bytes hold ten bits of M and B and two exponents', () => {
  const writer = new Writer()
  const factors = {
    ...plain,
    m: -300,
    tolerance: 5,
    b: 511,
    accuracy: 1000,
    accuracyExponent: 2,
    direction: 1,
    resultExponent: -2,
    bExponent: 3,
  }
  readingFactors.write(writer, factors)
  expect(hex(writer.done())).toBe('d4 85 ff 68 f9 e3')
  expect(readingFactors.read(new Reader(writer.done()))).toEqual(factors)
})

test.each([
  [conversion({ m: 60 }), 90, 5400],
  [conversion({ m: 6, resultExponent: -2 }), 202, 12.12],
  [conversion({ b: -40 }), 60, 20],
  [conversion({ b: 5, bExponent: 1 }), 1, 51],
  [conversion({}, { format: 'twos complement' }), 0xf9, -7],
  [conversion({}, { format: 'ones complement' }), 0xf8, -7],
  [conversion({}, { linearization: 8 }), 12, 144],
])('%o: raw %i is %d, and back', (how, raw, value) => {
  expect(valueOfRaw(how, raw)).toBeCloseTo(value, 9)
  expect(rawOfValue(how, value)).toBe(raw)
})

test('a value out of range is the nearest raw byte', () => {
  expect(rawOfValue(conversion({}), 1000)).toBe(255)
  expect(rawOfValue(conversion({}), -1)).toBe(0)
})

test('raw bytes without a sign count as they are', () => {
  expect(countOf('none', 0xff)).toBe(255)
  expect(countOf('twos complement', 0x7f)).toBe(127)
})
