import { BLOCK, type BlockHash } from './block-hash.ts'

/**
 * HMAC (RFC 2104) with a key that stays: the states after both key blocks are kept, and a message costs its own blocks and
 * one more. Nothing is allocated after construction.
 */
export class KeyedHmac {
  readonly #hash: BlockHash
  readonly #inner: Int32Array
  readonly #outer: Int32Array
  readonly #state: Int32Array
  readonly #tail = new Uint8Array(2 * BLOCK)
  readonly #digest: Uint8Array

  /** `key`: at most one block; IPMI's keys are 16 to 32 bytes. */
  constructor(hash: BlockHash, key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError(`an HMAC key of ${key.length} bytes`)
    this.#hash = hash
    this.#inner = this.#keyState(key, 0x36)
    this.#outer = this.#keyState(key, 0x5c)
    this.#state = new Int32Array(hash.words)
    this.#digest = new Uint8Array(hash.words * 4)
  }

  /** The digest of `bytes` from `from` to `to`: a view, valid until the next call. */
  digest(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
    const state = this.#state
    state.set(this.#inner)
    let at = from
    for (; at + BLOCK <= to; at += BLOCK) this.#hash.compress(state, bytes, at)
    this.#finish(bytes, at, to, to - from)
    this.#writeDigest()
    state.set(this.#outer)
    this.#finish(this.#digest, 0, this.#digest.length, this.#digest.length)
    this.#writeDigest()
    return this.#digest
  }

  #keyState(key: Uint8Array, pad: number): Int32Array {
    const block = new Uint8Array(BLOCK).fill(pad)
    for (let i = 0; i < key.length; i++) block[i] ^= key[i]
    const state = Int32Array.from(this.#hash.initial)
    this.#hash.compress(state, block, 0)
    return state
  }

  /** The last bytes, the 1 bit, zeros, and the length in bits with the key block counted. */
  #finish(bytes: Uint8Array, from: number, to: number, length: number): void {
    const tail = this.#tail
    const rest = to - from
    const size = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK
    for (let i = 0; i < rest; i++) tail[i] = bytes[from + i]
    tail[rest] = 0x80
    tail.fill(0, rest + 1, size)
    const bits = (length + BLOCK) * 8
    for (let i = 0; i < 4; i++) {
      const at = this.#hash.littleEndian ? size - 8 + i : size - 1 - i
      tail[at] = bits >>> (8 * i)
    }
    this.#hash.compress(this.#state, tail, 0)
    if (size > BLOCK) this.#hash.compress(this.#state, tail, BLOCK)
  }

  #writeDigest(): void {
    const { words, littleEndian } = this.#hash
    const digest = this.#digest
    for (let i = 0; i < words; i++) {
      const word = this.#state[i]
      const at = i * 4
      if (littleEndian) {
        digest[at] = word
        digest[at + 1] = word >>> 8
        digest[at + 2] = word >>> 16
        digest[at + 3] = word >>> 24
      } else {
        digest[at] = word >>> 24
        digest[at + 1] = word >>> 16
        digest[at + 2] = word >>> 8
        digest[at + 3] = word
      }
    }
  }
}
