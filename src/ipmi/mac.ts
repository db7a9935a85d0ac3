import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { noBytes } from '../base/bytes.ts'
import type { AuthenticationName } from './cipher-suites.ts'

const hashes = { 'hmac-sha1': sha1, 'hmac-md5': md5, 'hmac-sha256': sha256 } as const
export type HmacName = keyof typeof hashes

/** One HMAC over the pieces in order; empty for RAKP-none. Used in handshakes (IPMI 2.0 §13.31), where keys change each time. */
export function mac(algorithm: AuthenticationName, key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array {
  if (algorithm === 'none') return noBytes
  const state = hmac.create(hashes[algorithm], key)
  for (const piece of pieces) state.update(piece)
  return state.digest()
}

/** An HMAC whose key never changes: both key blocks are hashed once, and a packet costs no allocation. */
export class KeyedHmac {
  readonly #keyed
  readonly #scratch
  readonly #digest: Uint8Array

  constructor(algorithm: HmacName, key: Uint8Array) {
    this.#keyed = hmac.create(hashes[algorithm], key)
    this.#scratch = hmac.create(hashes[algorithm], key)
    this.#digest = new Uint8Array(this.#keyed.outputLen)
  }

  /** The digest of `bytes`: a view, valid until the next call. */
  digest(bytes: Uint8Array): Uint8Array {
    const state = this.#keyed._cloneInto(this.#scratch)
    state.update(bytes)
    state.digestInto(this.#digest)
    return this.#digest
  }
}
