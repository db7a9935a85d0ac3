import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Conversion, dataFormats, rawOfValue, valueOfCount, valueOfRaw } from '../../src/ipmi/reading-factors.ts'

/** What rawOfValue means: of all 256 bytes the lowest that is nearest. */
function searched(conversion: Conversion, value: number): number {
  let best = 0
  let distance = Number.POSITIVE_INFINITY
  for (let raw = 0; raw < 256; raw++) {
    const off = Math.abs(valueOfRaw(conversion, raw) - value)
    if (off < distance) {
      best = raw
      distance = off
    }
  }
  return best
}

const tenBits = fc.integer({ min: -512, max: 511 })
const exponent = fc.integer({ min: -8, max: 7 })

const conversions = (linearization: fc.Arbitrary<number>): fc.Arbitrary<Conversion> =>
  fc.record({
    factors: fc.record({
      m: tenBits,
      b: fc.oneof(fc.constant(0), tenBits),
      bExponent: exponent,
      resultExponent: exponent,
      tolerance: fc.constant(0),
      accuracy: fc.constant(0),
      accuracyExponent: fc.constant(0),
      direction: fc.constant(0),
    }),
    format: fc.constantFrom(...dataFormats),
    linearization,
  })

/** Of counts and of halves between two, which are ties; of any number; of what is no number. */
const halfCounts = fc.integer({ min: -300, max: 600 }).map((halves) => halves / 2)
const anyValue = fc.oneof(fc.double({ min: -1e5, max: 1e5 }), fc.double())

test('a line gives the byte that the search through all of them gives', () => {
  fc.assert(
    fc.property(conversions(fc.constant(0)), halfCounts, anyValue, (conversion, count, value) => {
      const between = valueOfCount(conversion, count)
      expect(rawOfValue(conversion, between)).toBe(searched(conversion, between))
      expect(rawOfValue(conversion, value)).toBe(searched(conversion, value))
    }),
    { numRuns: 3000 },
  )
})

test('so does every other linearization', () => {
  fc.assert(
    fc.property(conversions(fc.integer({ min: 0, max: 0x7f })), anyValue, (conversion, value) => {
      expect(rawOfValue(conversion, value)).toBe(searched(conversion, value))
    }),
    { numRuns: 500 },
  )
})
