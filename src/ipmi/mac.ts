import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { noBytes } from '../base/bytes.ts'
import type { AuthenticationName } from './cipher-suites.ts'

const hashes = { 'hmac-sha1': sha1, 'hmac-md5': md5, 'hmac-sha256': sha256 } as const

/** One HMAC over the pieces in order; empty for RAKP-none. For handshakes (IPMI 2.0 §13.31), where the key changes each time. */
export function mac(algorithm: AuthenticationName, key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array {
  if (algorithm === 'none') return noBytes
  const state = hmac.create(hashes[algorithm], key)
  for (const piece of pieces) state.update(piece)
  return state.digest()
}
