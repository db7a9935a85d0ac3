import { createCipheriv, createDecipheriv } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError, hex, noBytes } from '../../../src/base/bytes.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { AesCbc128 } from '../../../src/ipmi/confidentiality.ts'

const key = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex')

/** What any other implementation makes of §13.29, for one payload. */
function openElsewhere(sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', key, sealed.subarray(0, 16)).setAutoPadding(false)
  const clear = Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()])
  const padSize = clear[clear.length - 1]
  expect([...clear.subarray(clear.length - 1 - padSize, -1)]).toEqual(Array.from({ length: padSize }, (_, i) => i + 1))
  return clear.subarray(0, clear.length - 1 - padSize)
}

function sealElsewhere(iv: Uint8Array, clear: Uint8Array): Buffer {
  const padSize = (16 - ((clear.length + 1) % 16)) % 16
  const pad = Buffer.from([...Array.from({ length: padSize }, (_, i) => i + 1), padSize])
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([iv, cipher.update(Buffer.concat([clear, pad])), cipher.final()])
}

function opened(by: AesCbc128, sealed: Uint8Array): Uint8Array {
  const place = { bytes: noBytes, from: 0, to: 0 }
  by.open(Buffer.concat([new Uint8Array(3), sealed, new Uint8Array(2)]), 3, 3 + sealed.length, place)
  return place.bytes.slice(place.from, place.to)
}

test('NIST SP 800-38A F.2.2: the first block decrypts as published', () => {
  const cipher = new AesCbc128(key, systemRandom)
  // Sealed data whose clear text is the vector's block, then a block that is all padding.
  const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
  const block = Buffer.from('6bc1bee22e409f96e93d7e117393172a', 'hex')
  const sealed = sealElsewhere(iv, block)
  expect(hex(sealed.subarray(16, 32), '')).toBe('7649abac8119b246cee98e9b12e9197d')
  expect(hex(opened(cipher, sealed))).toBe(hex(block))
})

test('payload after payload opens elsewhere, and from elsewhere', () => {
  const ours = new AesCbc128(key, systemRandom)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 260 }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (clear, iv) => {
      const packet = new Uint8Array(7 + AesCbc128.sealedSize(clear.length))
      packet.set(clear, 7 + 16)
      const size = ours.seal(packet, 7, clear.length)
      expect(size).toBe(AesCbc128.sealedSize(clear.length))
      expect(hex(openElsewhere(packet.subarray(7, 7 + size)))).toBe(hex(clear))
      expect(hex(opened(ours, sealElsewhere(iv, clear)))).toBe(hex(clear))
    }),
  )
})

test('two sealings of the same payload share neither IV nor ciphertext', () => {
  const ours = new AesCbc128(key, systemRandom)
  const seal = () => {
    const packet = new Uint8Array(32)
    ours.seal(packet, 0, 8)
    return packet
  }
  const [one, two] = [seal(), seal()]
  expect(hex(one.subarray(0, 16))).not.toBe(hex(two.subarray(0, 16)))
  expect(hex(one.subarray(16))).not.toBe(hex(two.subarray(16)))
})

test('a size that is no whole number of blocks, and a wrong pad, are refused', () => {
  const ours = new AesCbc128(key, systemRandom)
  expect(() => opened(ours, new Uint8Array(16))).toThrow(DecodeError)
  expect(() => opened(ours, new Uint8Array(47))).toThrow(DecodeError)
  const wrong = createCipheriv('aes-128-cbc', key, new Uint8Array(16)).setAutoPadding(false)
  const sealed = Buffer.concat([new Uint8Array(16), wrong.update(Buffer.alloc(16, 9))])
  expect(() => opened(ours, sealed)).toThrow(DecodeError)
})
