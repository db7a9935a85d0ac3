import { describe, expect, it } from 'vitest'
import { SetupError } from '../../../src/base/errors.ts'
import { isSealed, SecretBox } from '../../../src/base/secret-box.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)
const box = (...keys: Uint8Array[]) => new SecretBox('/keys', keys, seededRandom(keys[0][0]))
const secret = new Uint8Array(Buffer.from('s3cret password'))

describe('a sealed value', () => {
  it('opens where it was sealed for, and looks different every time', () => {
    const sealing = box(key(1))
    const [one, two] = [sealing.seal(secret, 'cn01'), sealing.seal(secret, 'cn01')]
    expect(one).not.toBe(two)
    expect(isSealed(one)).toBe(true)
    expect(one).not.toContain('s3cret')
    expect(Buffer.from(one.slice(18), 'base64url').includes('s3cret')).toBe(false)
    expect(sealing.open(one, 'cn01')).toEqual(secret)
    expect(sealing.open(sealing.seal(new Uint8Array(), 'x'), 'x')).toEqual(new Uint8Array())
  })

  it('does not open elsewhere, changed, cut or with another key', () => {
    const sealing = box(key(1))
    const sealed = sealing.seal(secret, 'cn01')
    const last = sealed.at(-1) === 'A' ? 'B' : 'A'
    expect(() => sealing.open(sealed, 'cn02')).toThrow(/another node/)
    expect(() => sealing.open(`${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`, 'cn01')).toThrow(SetupError)
    expect(() => sealing.open(sealed.slice(0, 30), 'cn01')).toThrow(SetupError)
    expect(() => sealing.open('sealed:9:what', 'cn01')).toThrow(/later version/)
    expect(() => box(key(2)).open(sealed, 'cn01')).toThrow(/sealed with key [0-9a-f]{8}, and \/keys has [0-9a-f]{8}/)
  })

  it('of an older key still opens, and is known for one', () => {
    const old = box(key(1)).seal(secret, 'cn01')
    const both = box(key(2), key(1))
    expect(both.open(old, 'cn01')).toEqual(secret)
    expect(both.isCurrent(old)).toBe(false)
    expect(both.isCurrent(both.seal(secret, 'cn01'))).toBe(true)
  })
})

it('takes no short key', () => {
  expect(() => box(new Uint8Array(16))).toThrow(RangeError)
  expect(() => new SecretBox('/keys', [], seededRandom(1))).toThrow(RangeError)
})
