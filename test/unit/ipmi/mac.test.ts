import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import { macWith } from '../../../src/ipmi/mac.ts'

// RFC 2202, cases 1 to 3 of each; RFC 4231, cases 1 and 2.
const vectors = [
  ['hmac-sha1', '0b'.repeat(20), Buffer.from('Hi There').toString('hex'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
  [
    'hmac-sha1',
    Buffer.from('Jefe').toString('hex'),
    Buffer.from('what do ya want for nothing?').toString('hex'),
    'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
  ],
  ['hmac-sha1', 'aa'.repeat(20), 'dd'.repeat(50), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
  ['hmac-md5', '0b'.repeat(16), Buffer.from('Hi There').toString('hex'), '9294727a3638bb1c13f48ef8158bfc9d'],
  [
    'hmac-md5',
    Buffer.from('Jefe').toString('hex'),
    Buffer.from('what do ya want for nothing?').toString('hex'),
    '750c783e6ab0b503eaa86e310a5db738',
  ],
  ['hmac-md5', 'aa'.repeat(16), 'dd'.repeat(50), '56be34521d144c88dbb8c733f0e8b3f6'],
  [
    'hmac-sha256',
    '0b'.repeat(20),
    Buffer.from('Hi There').toString('hex'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    'hmac-sha256',
    Buffer.from('Jefe').toString('hex'),
    Buffer.from('what do ya want for nothing?').toString('hex'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
] as const

test.each(vectors)('%s, published vector', (algorithm, key, message, digest) => {
  expect(hex(macWith(algorithm, fromHex(key))(fromHex(message)), '')).toBe(digest)
})

test('the pieces of a handshake MAC are hashed in order', () => {
  const key = fromHex('0102')
  const whole = createHmac('sha1', key).update('onetwothree').digest()
  expect(hex(macWith('hmac-sha1', key)(Buffer.from('one'), Buffer.from('two'), Buffer.from('three')))).toBe(hex(whole))
  expect(macWith('none', key)(Buffer.from('one'))).toHaveLength(0)
})

test('a key serves several messages, and a longer one than any of a handshake', () => {
  const mac = macWith('hmac-sha256', fromHex('0102'))
  const digest = (text: string) => createHmac('sha256', fromHex('0102')).update(text).digest('hex')
  const [one, long] = [mac(Buffer.from('one')), mac(Buffer.alloc(300, 'x'))]
  expect([hex(one, ''), hex(long, '')]).toEqual([digest('one'), digest('x'.repeat(300))])
})
