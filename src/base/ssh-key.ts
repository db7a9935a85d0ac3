import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { Random } from './random.ts'

export const SSH_SEED_BYTES = 32

/** An Ed25519 key pair as OpenSSH keeps it in two files. */
export interface SshKey {
  readonly privateText: string
  /** One line: `ssh-ed25519 AAAA... COMMENT`. */
  readonly publicLine: string
}

/** Of a private key in PKCS #8, before its 32 bytes (RFC 8410 §7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Of a public key, before its 32 bytes (RFC 8410 §4). */
const SPKI_PREFIX_BYTES = 12
const TYPE = 'ssh-ed25519'
const BLOCK_BYTES = 8

/** A new key. OpenSSH before 9.6 reads a private Ed25519 key in its own format only (OpenSSH PROTOCOL.key). */
export function makeSshKey(comment: string, random: Random): SshKey {
  const seed = Buffer.from(random.fill(new Uint8Array(SSH_SEED_BYTES)))
  const pair = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(pair).export({ format: 'der', type: 'spki' })
  const point = spki.subarray(SPKI_PREFIX_BYTES)
  const publicBlob = Buffer.concat([field(TYPE), field(point)])
  const check = Buffer.from(random.fill(new Uint8Array(4)))
  const secret = Buffer.concat([
    ...[check, check],
    ...[field(TYPE), field(point), field(Buffer.concat([seed, point])), field(comment)],
  ])
  const padding = Buffer.from(Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_, i) => i + 1))
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    ...[field('none'), field('none'), field('')],
    number(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString('base64').replace(/.{70}/g, '$&\n').trimEnd()
  return {
    privateText: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
    publicLine: `${TYPE} ${publicBlob.toString('base64')} ${comment}`,
  }
}

/** A string of the SSH protocol: its length in four bytes, then itself (RFC 4251 §5). */
function field(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([number(bytes.length), bytes])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
