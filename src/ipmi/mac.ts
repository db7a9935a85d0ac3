import { hmac } from '@noble/hashes/hmac.js'
import { md5 } from '@noble/hashes/legacy.js'
import { cutOut, noBytes } from '../base/bytes.ts'
import type { AuthenticationName } from './cipher-suites.ts'
import { KeyedHmac } from './keyed-hmac.ts'
import { sha1 } from './sha1.ts'
import { sha256 } from './sha256.ts'

/** An HMAC over pieces in order, with a key that is given already; empty for RAKP-none. */
export type Mac = (...pieces: readonly Uint8Array[]) => Uint8Array

/** For handshakes (IPMI 2.0 §13.31), which make two or three codes with one key. */
export function macWith(algorithm: AuthenticationName, key: Uint8Array): Mac {
  switch (algorithm) {
    case 'none':
      return () => noBytes
    case 'hmac-sha1':
      return keyed(new KeyedHmac(sha1(), key))
    case 'hmac-sha256':
      return keyed(new KeyedHmac(sha256(), key))
    case 'hmac-md5':
      return (...pieces) => hmac(md5, key, whole.slice(0, join(pieces)))
  }
}

/** The longest message of a handshake has 74 bytes (RAKP 2 with a name of 16). */
let whole = new Uint8Array(128)

function keyed(state: KeyedHmac): Mac {
  return (...pieces) => {
    const size = join(pieces)
    const digest = state.digest(whole, 0, size)
    return cutOut(digest, 0, digest.length)
  }
}

/** Puts the pieces one behind another into `whole`, and returns how many bytes they are. */
function join(pieces: readonly Uint8Array[]): number {
  let size = 0
  for (const piece of pieces) size += piece.length
  if (size > whole.length) whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i++) whole[at + i] = piece[i]
    at += piece.length
  }
  return size
}
