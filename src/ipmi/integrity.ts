import { hmac } from '@noble/hashes/hmac.js'
import { md5 } from '@noble/hashes/legacy.js'
import type { BlockHash } from './block-hash.ts'
import type { IntegrityName } from './cipher-suites.ts'
import { KeyedHmac } from './keyed-hmac.ts'
import { sha1 } from './sha1.ts'
import { sha256 } from './sha256.ts'

/** AuthCode sizes in the session trailer (IPMI 2.0 §13.28.4, Table 13-18). */
export const authCodeSize: Readonly<Record<IntegrityName, number>> = {
  none: 0,
  'hmac-sha1-96': 12,
  'hmac-md5-128': 16,
  'md5-128': 16,
  'hmac-sha256-128': 16,
}

/** Signs and checks the packets of one session. */
export interface PacketIntegrity {
  readonly size: number
  /** The AuthCode over the bytes from `from` to `to`: at least `size` bytes, valid until the next call. */
  authCode(packet: Uint8Array, from: number, to: number): Uint8Array
}

/** `k1` is the session's K1; MD5-128 is the one algorithm keyed by the user's password instead (§13.28.4). */
export function packetIntegrity(
  name: IntegrityName,
  k1: Uint8Array,
  password: Uint8Array,
): PacketIntegrity | undefined {
  const size = authCodeSize[name]
  switch (name) {
    case 'none':
      return undefined
    case 'hmac-sha1-96':
      return keyed(sha1(), k1, size)
    case 'hmac-sha256-128':
      return keyed(sha256(), k1, size)
    // The MD5 suites are nobody's choice today: a library's plain form does.
    case 'hmac-md5-128':
      return { size, authCode: (packet, from, to) => hmac(md5, k1, packet.subarray(from, to)) }
    case 'md5-128':
      return {
        size,
        authCode: (packet, from, to) =>
          md5.create().update(password).update(packet.subarray(from, to)).update(password).digest(),
      }
  }
}

function keyed(hash: BlockHash, key: Uint8Array, size: number): PacketIntegrity {
  const state = new KeyedHmac(hash, key)
  return { size, authCode: (packet, from, to) => state.digest(packet, from, to) }
}

/** True when the `size` bytes at `at` are those of `wanted`; every byte is looked at, so the time tells nothing. */
export function authCodeFits(wanted: Uint8Array, given: Uint8Array, at: number, size: number): boolean {
  let difference = given.length - at < size || wanted.length < size ? 1 : 0
  for (let i = 0; i < size; i++) difference |= wanted[i] ^ given[at + i]
  return difference === 0
}
