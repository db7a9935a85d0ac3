import { hmac } from '@noble/hashes/hmac.js'
import { md5 } from '@noble/hashes/legacy.js'
import { noBytes } from '../base/bytes.ts'
import type { AuthenticationName } from './cipher-suites.ts'
import { KeyedHmac } from './keyed-hmac.ts'
import { sha1 } from './sha1.ts'
import { sha256 } from './sha256.ts'

/** One HMAC over the pieces in order; empty for RAKP-none. For handshakes (IPMI 2.0 §13.31), where the key changes each time. */
export function mac(algorithm: AuthenticationName, key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array {
  switch (algorithm) {
    case 'none':
      return noBytes
    case 'hmac-sha1':
      return new KeyedHmac(sha1, key).digest(joined(pieces))
    case 'hmac-sha256':
      return new KeyedHmac(sha256, key).digest(joined(pieces))
    case 'hmac-md5':
      return hmac(md5, key, joined(pieces))
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const piece of pieces) size += piece.length
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
