import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import { Aes128Cbc } from '../../../src/ipmi/aes128.ts'

// NIST SP 800-38A, F.2.1 and F.2.2.
const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c')
const iv = fromHex('000102030405060708090a0b0c0d0e0f')
const clear =
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710'
const sealed =
  '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7'

const decrypted = (aes: Aes128Cbc, packet: Uint8Array) => {
  const out = new Uint8Array(packet.length - 16)
  aes.decrypt(packet, out)
  return out
}

test('published vectors', () => {
  const aes = new Aes128Cbc(key)
  const packet = Uint8Array.of(...iv, ...fromHex(clear))
  aes.encrypt(packet, 16, packet.length)
  expect(hex(packet.subarray(16), '')).toBe(sealed)
  expect(hex(decrypted(aes, packet), '')).toBe(clear)
})

test('the same as OpenSSL, both ways', () => {
  const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(sixteen, sixteen, fc.array(sixteen, { minLength: 1, maxLength: 20 }), (anyKey, anyIv, blocks) => {
      const aes = new Aes128Cbc(anyKey)
      const packet = Buffer.concat([anyIv, ...blocks])
      aes.encrypt(packet, 16, packet.length)
      const cipher = createCipheriv('aes-128-cbc', anyKey, anyIv).setAutoPadding(false)
      expect(hex(packet.subarray(16))).toBe(hex(cipher.update(Buffer.concat(blocks))))
      expect(hex(decrypted(aes, packet))).toBe(hex(Buffer.concat(blocks)))
    }),
  )
})

test('a key of another size is a mistake of ours', () => {
  expect(() => new Aes128Cbc(new Uint8Array(24))).toThrow(RangeError)
})
