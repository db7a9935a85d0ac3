import { BLOCK, type BlockHash } from './block-hash.ts'

/** What a digest is worked out in. Shared, since nothing waits between its beginning and its end. */
const state5 = new Int32Array(5)
const state8 = new Int32Array(8)
const tail = new Uint8Array(2 * BLOCK)

/**
 * HMAC (RFC 2104) with a key that stays: the states after both key blocks are kept, and a message costs its own blocks and
 * one more. Nothing is allocated after construction.
 */
export class KeyedHmac {
  readonly #hash: BlockHash
  readonly #inner: Int32Array
  readonly #outer: Int32Array
  readonly #digest: Uint8Array

  /** `key`: at most one block; IPMI's keys are 16 to 32 bytes. */
  constructor(hash: BlockHash, key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError(`an HMAC key of ${key.length} bytes`)
    this.#hash = hash
    this.#inner = keyState(hash, key, 0x36)
    this.#outer = keyState(hash, key, 0x5c)
    this.#digest = new Uint8Array(hash.words * 4)
  }

  /** The digest of `bytes` from `from` to `to`: a view, valid until the next call. */
  digest(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
    const hash = this.#hash
    const state = hash.words === 5 ? state5 : state8
    for (let i = 0; i < hash.words; i++) state[i] = this.#inner[i]
    let at = from
    for (; at + BLOCK <= to; at += BLOCK) hash.compress(state, bytes, at)
    last(hash, state, bytes, at, to, to - from)
    writeWords(state, this.#digest)
    for (let i = 0; i < hash.words; i++) state[i] = this.#outer[i]
    last(hash, state, this.#digest, 0, this.#digest.length, this.#digest.length)
    writeWords(state, this.#digest)
    return this.#digest
  }
}

function keyState(hash: BlockHash, key: Uint8Array, pad: number): Int32Array {
  for (let i = 0; i < BLOCK; i++) tail[i] = pad ^ (i < key.length ? key[i] : 0)
  const state = hash.initial.slice()
  hash.compress(state, tail, 0)
  return state
}

/** The last bytes of a message, the 1 bit, zeros, and the length in bits with the key block counted. */
function last(hash: BlockHash, state: Int32Array, bytes: Uint8Array, from: number, to: number, length: number): void {
  const rest = to - from
  const size = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK
  for (let i = 0; i < rest; i++) tail[i] = bytes[from + i]
  tail[rest] = 0x80
  for (let i = rest + 1; i < size - 4; i++) tail[i] = 0
  putLength(tail, size, BLOCK + length)
  hash.compress(state, tail, 0)
  if (size > BLOCK) hash.compress(state, tail, BLOCK)
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
