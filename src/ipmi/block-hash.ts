/** A hash over 64-byte blocks whose words are big-endian: SHA-1, SHA-256. What the keyed HMAC of a session needs of it, and nothing else. */
export interface BlockHash {
  /** 32-bit words of the digest. */
  readonly words: number
  readonly initial: Int32Array
  /** Takes the 64 bytes at `at` into `state`. */
  compress(state: Int32Array, bytes: Uint8Array, at: number): void
}

export const BLOCK = 64
