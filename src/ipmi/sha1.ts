import type { BlockHash } from './block-hash.ts'

/** SHA-1 (FIPS 180-4 §6.1), one block at a time, on state and schedule that are made once. */
const schedule = new Int32Array(80)

export const sha1: BlockHash = {
  words: 5,
  initial: Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),

  compress(state, bytes, at) {
    const w = schedule
    for (let i = 0; i < 16; i++, at += 4) {
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    }
    for (let i = 16; i < 80; i++) {
      const x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]
      w[i] = (x << 1) | (x >>> 31)
    }
    let a = state[0]
    let b = state[1]
    let c = state[2]
    let d = state[3]
    let e = state[4]
    for (let i = 0; i < 20; i += 5) {
      e = (((a << 5) | (a >>> 27)) + (((c ^ d) & b) ^ d) + e + 1518500249 + w[i]) | 0
      b = (b << 30) | (b >>> 2)
      d = (((e << 5) | (e >>> 27)) + (((b ^ c) & a) ^ c) + d + 1518500249 + w[i + 1]) | 0
      a = (a << 30) | (a >>> 2)
      c = (((d << 5) | (d >>> 27)) + (((a ^ b) & e) ^ b) + c + 1518500249 + w[i + 2]) | 0
      e = (e << 30) | (e >>> 2)
      b = (((c << 5) | (c >>> 27)) + (((e ^ a) & d) ^ a) + b + 1518500249 + w[i + 3]) | 0
      d = (d << 30) | (d >>> 2)
      a = (((b << 5) | (b >>> 27)) + (((d ^ e) & c) ^ e) + a + 1518500249 + w[i + 4]) | 0
      c = (c << 30) | (c >>> 2)
    }
    for (let i = 20; i < 40; i += 5) {
      e = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 1859775393 + w[i]) | 0
      b = (b << 30) | (b >>> 2)
      d = (((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + 1859775393 + w[i + 1]) | 0
      a = (a << 30) | (a >>> 2)
      c = (((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + 1859775393 + w[i + 2]) | 0
      e = (e << 30) | (e >>> 2)
      b = (((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + 1859775393 + w[i + 3]) | 0
      d = (d << 30) | (d >>> 2)
      a = (((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + 1859775393 + w[i + 4]) | 0
      c = (c << 30) | (c >>> 2)
    }
    for (let i = 40; i < 60; i += 5) {
      e = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + -1894007588 + w[i]) | 0
      b = (b << 30) | (b >>> 2)
      d = (((e << 5) | (e >>> 27)) + ((a & b) | (c & (a | b))) + d + -1894007588 + w[i + 1]) | 0
      a = (a << 30) | (a >>> 2)
      c = (((d << 5) | (d >>> 27)) + ((e & a) | (b & (e | a))) + c + -1894007588 + w[i + 2]) | 0
      e = (e << 30) | (e >>> 2)
      b = (((c << 5) | (c >>> 27)) + ((d & e) | (a & (d | e))) + b + -1894007588 + w[i + 3]) | 0
      d = (d << 30) | (d >>> 2)
      a = (((b << 5) | (b >>> 27)) + ((c & d) | (e & (c | d))) + a + -1894007588 + w[i + 4]) | 0
      c = (c << 30) | (c >>> 2)
    }
    for (let i = 60; i < 80; i += 5) {
      e = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + -899497514 + w[i]) | 0
      b = (b << 30) | (b >>> 2)
      d = (((e << 5) | (e >>> 27)) + (a ^ b ^ c) + d + -899497514 + w[i + 1]) | 0
      a = (a << 30) | (a >>> 2)
      c = (((d << 5) | (d >>> 27)) + (e ^ a ^ b) + c + -899497514 + w[i + 2]) | 0
      e = (e << 30) | (e >>> 2)
      b = (((c << 5) | (c >>> 27)) + (d ^ e ^ a) + b + -899497514 + w[i + 3]) | 0
      d = (d << 30) | (d >>> 2)
      a = (((b << 5) | (b >>> 27)) + (c ^ d ^ e) + a + -899497514 + w[i + 4]) | 0
      c = (c << 30) | (c >>> 2)
    }
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
  },
}
