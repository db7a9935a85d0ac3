/** A hash over blocks of sixteen big-endian words: SHA-1, SHA-256. What the keyed HMAC of a session needs of it, and nothing else. */
export interface BlockHash {
  /** 32-bit words of the digest. */
  readonly words: number
  readonly initial: Int32Array
  /** Takes the sixteen words of `block` into `state`. */
  readonly compress: Compress
}

export type Compress = (state: Int32Array, block: Int32Array) => void

/** Bytes of a block. */
export const BLOCK = 64

/** Rounds of a compression function, as statements. */
export interface Rounds {
  readonly count: number
  /** Of the state, 32 bits each. */
  readonly words: number
  /** Makes word `i` of the message schedule, of which the last sixteen are w0 to w15. */
  schedule(i: number): string
  /** Round `i`, where `names` are the variables that stand for a, b, c .. in it. */
  round(i: number, names: readonly string[]): string
}

/**
 * The compression function as straight-line code (docs/decisions/0008): state and message schedule are local variables, which
 * V8 keeps in registers; in loops over arrays the same rounds take twice as long.
 */
export function straightLine({ count, words, schedule, round }: Rounds): Compress {
  const letters = [...'abcdefgh'].slice(0, words)
  const lines = ['"use strict"', 'let x = 0, y = 0']
  for (let i = 0; i < words; i++) lines.push(`let ${letters[i]} = state[${i}]`)
  for (let i = 0; i < 16; i++) lines.push(`let w${i} = block[${i}]`)
  let names = letters
  for (let i = 0; i < count; i++) {
    if (i >= 16) lines.push(schedule(i))
    lines.push(round(i, names))
    // After each round every variable stands for the next letter of the specification, and the last one for a.
    names = [...names.slice(-1), ...names.slice(0, -1)]
  }
  for (let i = 0; i < words; i++) lines.push(`state[${i}] += ${names[i]}`)
  return new Function('state', 'block', lines.join('\n')) as Compress
}

/** The variable of word `i` of the message schedule. */
export function word(i: number): string {
  return `w${i & 15}`
}

export function rotateLeft(name: string, bits: number): string {
  return `(${name} << ${bits} | ${name} >>> ${32 - bits})`
}

/** Puts the 64 bytes at `at` into a block. */
export function loadBlock(block: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) block[i] = wordAt(bytes, at)
}

export function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
}
