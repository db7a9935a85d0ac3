import { md5 } from '@noble/hashes/legacy.js'
import type { IntegrityName } from './cipher-suites.ts'
import { KeyedHmac } from './mac.ts'

/** AuthCode sizes in the session trailer (IPMI 2.0 §13.28.4, Table 13-18). */
export const authCodeSize: Readonly<Record<IntegrityName, number>> = {
  none: 0,
  'hmac-sha1-96': 12,
  'hmac-md5-128': 16,
  'md5-128': 16,
  'hmac-sha256-128': 16,
}

/** Signs and checks the packets of one session. `signed` is what the AuthCode covers. */
export interface PacketIntegrity {
  readonly size: number
  /** The AuthCode: a view of at least `size` bytes, valid until the next call. */
  authCode(signed: Uint8Array): Uint8Array
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
      return keyed(new KeyedHmac('hmac-sha1', k1), size)
    case 'hmac-md5-128':
      return keyed(new KeyedHmac('hmac-md5', k1), size)
    case 'hmac-sha256-128':
      return keyed(new KeyedHmac('hmac-sha256', k1), size)
    case 'md5-128':
      return { size, authCode: (signed) => md5.create().update(password).update(signed).update(password).digest() }
  }
}

function keyed(state: KeyedHmac, size: number): PacketIntegrity {
  return { size, authCode: (signed) => state.digest(signed) }
}

/** True when the first `size` bytes agree; every byte is looked at, so the time tells nothing. */
export function authCodesMatch(a: Uint8Array, b: Uint8Array, size: number): boolean {
  let difference = a.length < size || b.length < size ? 1 : 0
  for (let i = 0; i < size; i++) difference |= a[i] ^ b[i]
  return difference === 0
}
