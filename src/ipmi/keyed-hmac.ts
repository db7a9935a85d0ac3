import { BLOCK, type BlockHash, loadBlock, wordAt } from './block-hash.ts'

/** What a digest is worked out in. Shared, since nothing waits between its beginning and its end. */
const state5 = new Int32Array(5)
const state8 = new Int32Array(8)
const block = new Int32Array(16)
const digest20 = new Uint8Array(20)
const digest32 = new Uint8Array(32)

const INNER_PAD = 0x36363636
const OUTER_PAD = 0x5c5c5c5c
/** The 1 bit behind a message. */
const END = 0x80000000 | 0

/**
 * HMAC (RFC 2104) with a key that stays: the states after both key blocks are kept, and a message costs its own blocks and
 * one more. Nothing is allocated after construction.
 */
export class KeyedHmac {
  readonly #hash: BlockHash
  /** The state after the inner key block, then that after the outer one. */
  readonly #keyed: Int32Array

  /** `key`: at most one block; IPMI's keys are 16 to 32 bytes. */
  constructor(hash: BlockHash, key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError(`an HMAC key of ${key.length} bytes`)
    this.#hash = hash
    this.#keyed = new Int32Array(2 * hash.words)
    this.#takeKey(key, INNER_PAD, 0)
    this.#takeKey(key, OUTER_PAD, hash.words)
  }

  #takeKey(key: Uint8Array, pad: number, at: number): void {
    const hash = this.#hash
    const state = hash.words === 5 ? state5 : state8
    putEnd(key, 0, key.length, 0)
    for (let i = 0; i < 16; i++) block[i] ^= pad
    for (let i = 0; i < hash.words; i++) state[i] = hash.initial[i]
    hash.compress(state, block)
    for (let i = 0; i < hash.words; i++) this.#keyed[at + i] = state[i]
  }

  /** The digest of `bytes` from `from` to `to`: all HMACs share it, so it is valid until the next call of any. */
  digest(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
    const hash = this.#hash
    const { words } = hash
    const state = words === 5 ? state5 : state8
    const digest = words === 5 ? digest20 : digest32
    for (let i = 0; i < words; i++) state[i] = this.#keyed[i]
    let at = from
    for (; at + BLOCK <= to; at += BLOCK) {
      loadBlock(block, bytes, at)
      hash.compress(state, block)
    }
    putEnd(bytes, at, to, END)
    if (to - at + 9 > BLOCK) {
      hash.compress(state, block)
      for (let i = 0; i < 15; i++) block[i] = 0
    }
    block[15] = (BLOCK + to - from) * 8
    hash.compress(state, block)

    for (let i = 0; i < words; i++) {
      block[i] = state[i]
      state[i] = this.#keyed[words + i]
    }
    block[words] = END
    for (let i = words + 1; i < 15; i++) block[i] = 0
    block[15] = (BLOCK + words * 4) * 8
    hash.compress(state, block)
    putWords(state, digest)
    return digest
  }
}

/** The bytes from `from` to `to`, at most 64, become the block: behind them the first byte of `end`, if there is room, and zeros. */
function putEnd(bytes: Uint8Array, from: number, to: number, end: number): void {
  let i = 0
  let at = from
  for (; at + 4 <= to; at += 4) block[i++] = wordAt(bytes, at)
  if (i === 16) return
  let word = (end >>> ((to - at) * 8)) | 0
  for (let shift = 24; at < to; at++, shift -= 8) word |= bytes[at] << shift
  block[i] = word
  for (i++; i < 16; i++) block[i] = 0
}

function putWords(words: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    const at = i * 4
    out[at] = word >>> 24
    out[at + 1] = word >>> 16
    out[at + 2] = word >>> 8
    out[at + 3] = word
  }
}
