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
  /** The one block of the outer hash; the inner digest is its front. */
  readonly #second = new Uint8Array(BLOCK)
  readonly #digest: Uint8Array

  /** `key`: at most one block; IPMI's keys are 16 to 32 bytes. */
  constructor(hash: BlockHash, key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError(`an HMAC key of ${key.length} bytes`)
    this.#hash = hash
    this.#inner = this.#keyState(key, 0x36)
    this.#outer = this.#keyState(key, 0x5c)
    this.#state = new Int32Array(hash.words)
    this.#digest = new Uint8Array(hash.words * 4)
    this.#second[this.#digest.length] = 0x80
    putLength(this.#second, BLOCK, BLOCK + this.#digest.length)
  }

  /** The digest of `bytes` from `from` to `to`: a view, valid until the next call. */
  digest(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
    const state = this.#state
    const { compress, words } = this.#hash
    for (let i = 0; i < words; i++) state[i] = this.#inner[i]
    let at = from
    for (; at + BLOCK <= to; at += BLOCK) compress(state, bytes, at)
    this.#last(bytes, at, to, to - from)
    writeWords(state, this.#second)
    for (let i = 0; i < words; i++) state[i] = this.#outer[i]
    compress(state, this.#second, 0)
    writeWords(state, this.#digest)
    return this.#digest
  }

  #keyState(key: Uint8Array, pad: number): Int32Array {
    const block = new Uint8Array(BLOCK).fill(pad)
    for (let i = 0; i < key.length; i++) block[i] ^= key[i]
    const state = Int32Array.from(this.#hash.initial)
    this.#hash.compress(state, block, 0)
    return state
  }

  /** The last bytes of the message, the 1 bit, zeros, and the length in bits with the key block counted. */
  #last(bytes: Uint8Array, from: number, to: number, length: number): void {
    const tail = this.#tail
    const rest = to - from
    const size = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK
    for (let i = 0; i < rest; i++) tail[i] = bytes[from + i]
    tail[rest] = 0x80
    for (let i = rest + 1; i < size - 4; i++) tail[i] = 0
    putLength(tail, size, BLOCK + length)
    this.#hash.compress(this.#state, tail, 0)
    if (size > BLOCK) this.#hash.compress(this.#state, tail, BLOCK)
  }
}

/** Writes a length in bytes as bits, big-endian, before `end`. */
function putLength(block: Uint8Array, end: number, length: number): void {
  const bits = length * 8
  block[end - 4] = bits >>> 24
  block[end - 3] = bits >>> 16
  block[end - 2] = bits >>> 8
  block[end - 1] = bits
}

function writeWords(words: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const at = i * 4
    out[at] = word >>> 24
    out[at + 1] = word >>> 16
    out[at + 2] = word >>> 8
    out[at + 3] = word
  }
}
