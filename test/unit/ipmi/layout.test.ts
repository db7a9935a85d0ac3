import { describe, expect, test } from 'vitest'
import { DecodeError, hex } from '../../../src/base/bytes.ts'
import {
  bits,
  bytes,
  empty,
  flag,
  layout,
  oneOf,
  optional,
  pad,
  rest,
  text,
  u8,
  u16le,
  u24le,
  u32le,
} from '../../../src/ipmi/layout.ts'

const reasonOf = (decode: () => unknown) => {
  try {
    decode()
  } catch (error) {
    if (error instanceof DecodeError) return error.reason
    throw error
  }
  return undefined
}

test('first byte first, bits from the high end down, reserved bits left out', () => {
  const record = layout({ on: flag, reserved: pad(3), level: bits(4), count: u16le })
  expect(record.decode(Uint8Array.of(0b1111_0010, 0x34, 0x12))).toEqual({ on: true, level: 2, count: 0x1234 })
  expect(hex(record.encode({ on: true, level: 2, count: 0x1234 }))).toBe('82 34 12')
})

test('a bit field may cross into the next byte', () => {
  const record = layout({ high: bits(10), low: bits(6) })
  expect(record.decode(Uint8Array.of(0xff, 0x81))).toEqual({ high: 0x3fe, low: 1 })
  expect(hex(record.encode({ high: 0x3fe, low: 1 }))).toBe('ff 81')
})

test('numbers are little-endian; text ends at its first NUL', () => {
  const record = layout({ three: u24le, four: u32le, name: text(4), tail: rest })
  const given = Uint8Array.of(1, 2, 3, 0xff, 0xff, 0xff, 0xff, 0x68, 0x69, 0, 0x78, 9)
  expect(record.decode(given)).toEqual({ three: 0x030201, four: 0xffffffff, name: 'hi', tail: Uint8Array.of(9) })
})

describe('what is refused', () => {
  const record = layout({
    reserved: pad(4),
    kind: oneOf(bits(4), { one: 1 }),
    word: oneOf(u8, { two: 2 }),
    last: bytes(1),
  })

  test('too short and too long are `length`, a number without a name is `field`', () => {
    expect(record.decode(Uint8Array.of(1, 2, 3))).toEqual({ kind: 'one', word: 'two', last: Uint8Array.of(3) })
    expect(reasonOf(() => record.decode(Uint8Array.of(1, 2)))).toBe('length')
    expect(reasonOf(() => record.decode(Uint8Array.of(1, 2, 3, 4)))).toBe('length')
    expect(reasonOf(() => record.decode(Uint8Array.of(7, 2, 3)))).toBe('field')
    expect(reasonOf(() => record.decode(Uint8Array.of(1, 7, 3)))).toBe('field')
  })

  test('a wrong length comes before a wrong value', () => {
    expect(reasonOf(() => record.decode(Uint8Array.of(7, 7)))).toBe('length')
    expect(reasonOf(() => record.decode(Uint8Array.of(7, 7, 3, 4)))).toBe('length')
  })

  test('data where none is wanted', () => {
    expect(reasonOf(() => empty.decode(Uint8Array.of(0)))).toBe('length')
  })
})

test('an optional field may be missing at the end', () => {
  const record = layout({ first: u8, second: optional(u8) })
  expect(record.decode(Uint8Array.of(1))).toEqual({ first: 1, second: undefined })
  expect(hex(record.encode({ first: 1, second: undefined }))).toBe('01')
  expect(hex(record.encode({ first: 1, second: 2 }))).toBe('01 02')
})

test('bits that do not fill bytes are found when the module is loaded', () => {
  expect(() => layout({ few: bits(3) })).toThrow('left over')
  expect(() => layout({ few: bits(3), whole: u8 })).toThrow('before byte field')
})
