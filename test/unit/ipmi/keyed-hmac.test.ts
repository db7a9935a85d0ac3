import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import { KeyedHmac } from '../../../src/ipmi/keyed-hmac.ts'
import { sha1 } from '../../../src/ipmi/sha1.ts'
import { sha256 } from '../../../src/ipmi/sha256.ts'

const hashes = { sha1, sha256 } as const
const jefe = [Buffer.from('Jefe').toString('hex'), Buffer.from('what do ya want for nothing?').toString('hex')] as const
const hiThere = Buffer.from('Hi There').toString('hex')

// RFC 2202, cases 1 to 3 of SHA-1; RFC 4231, cases 1 to 3.
test.each([
  ['sha1', '0b'.repeat(20), hiThere, 'b617318655057264e28bc0b6fb378c8ef146be00'],
  ['sha1', ...jefe, 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['sha1', 'aa'.repeat(20), 'dd'.repeat(50), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
  ['sha256', '0b'.repeat(20), hiThere, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  ['sha256', ...jefe, '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ['sha256', 'aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
] as const)('%s, published vector', (name, key, message, digest) => {
  expect(hex(new KeyedHmac(hashes[name](), fromHex(key)).digest(fromHex(message)), '')).toBe(digest)
})

test.each(['sha1', 'sha256'] as const)('%s: the same as OpenSSL for every part of every message', (name) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(20), fc.nat(20)), { maxLength: 4 }),
      (key, messages) => {
        const keyed = new KeyedHmac(hashes[name](), key)
        for (const [message, front, back] of messages) {
          const from = Math.min(front, message.length)
          const to = Math.max(from, message.length - back)
          const wanted = createHmac(name, key).update(message.subarray(from, to)).digest()
          expect(hex(keyed.digest(message, from, to))).toBe(hex(wanted))
        }
      },
    ),
  )
})

test('a key longer than a block is a mistake of ours', () => {
  expect(() => new KeyedHmac(sha1(), new Uint8Array(65))).toThrow(RangeError)
})
