import { expect, it } from 'vitest'
import { makeSshKey } from '../../../src/base/ssh-key.ts'

it('makes the public key of RFC 8032 §7.1, test 1, and keeps it in the file twice', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const point = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
  const fill = (into: Uint8Array) => {
    into.set(into.length === 32 ? seed : [1, 2, 3, 4])
    return into
  }
  const { privateText, publicLine } = makeSshKey('who', { fill })
  const [type, blob, comment] = publicLine.split(' ')
  expect([type, comment]).toEqual(['ssh-ed25519', 'who'])
  expect(Buffer.from(blob, 'base64').subarray(-32).equals(point)).toBe(true)
  const lines = privateText.trimEnd().split('\n')
  expect(lines[0]).toBe('-----BEGIN OPENSSH PRIVATE KEY-----')
  expect(lines.every((line) => line.length <= 70)).toBe(true)
  const file = Buffer.from(lines.slice(1, -1).join(''), 'base64')
  expect(file.subarray(0, 15).toString('latin1')).toBe('openssh-key-v1\0')
  expect(file.includes(Buffer.concat([seed, point]))).toBe(true)
})
