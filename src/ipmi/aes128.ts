/**
 * AES-128 in CBC mode (FIPS 197, NIST SP 800-38A §6.2) on tables made with the first key. A session's packets are two to four blocks, for
 * which a call into OpenSSL costs more than the cipher. Tables leak timing to whoever shares the CPU; the machines behind
 * this BMC are simulated, and so are their secrets.
 */
const ROUNDS = 10
export const AES_BLOCK = 16

const sbox = new Uint8Array(256)
const inverseSbox = new Uint8Array(256)
/**
 * SubBytes and MixColumns of the byte in the first row; the other rows' words are rotations of it. Two tables of 1 KiB leave
 * more of the processor's cache to everything else than eight do, and a rotation is one instruction.
 */
const encryptTable = new Int32Array(256)
const decryptTable = new Int32Array(256)

/** Multiplies by x in GF(2^8) (FIPS 197 §4.2.1). */
function double(a: number): number {
  return ((a << 1) ^ (a & 0x80 ? 0x11b : 0)) & 0xff
}

function makeTables(): void {
  const power = new Uint8Array(256)
  const logarithm = new Uint8Array(256)
  for (let i = 0, x = 1; i < 255; i++) {
    power[i] = x
    logarithm[x] = i
    x ^= double(x)
  }
  const times = (a: number, b: number) => (a && b ? power[(logarithm[a] + logarithm[b]) % 255] : 0)
  for (let i = 0; i < 256; i++) {
    const inverse = i === 0 ? 0 : power[(255 - logarithm[i]) % 255]
    let s = inverse
    for (let shift = 1; shift < 5; shift++) s ^= ((inverse << shift) | (inverse >>> (8 - shift))) & 0xff
    sbox[i] = s ^ 0x63
    inverseSbox[sbox[i]] = i
  }
  for (let i = 0; i < 256; i++) {
    const s = sbox[i]
    const t = inverseSbox[i]
    encryptTable[i] = (times(s, 2) << 24) | (s << 16) | (s << 8) | times(s, 3)
    decryptTable[i] = (times(t, 14) << 24) | (times(t, 9) << 16) | (times(t, 13) << 8) | times(t, 11)
  }
}

function rotate(word: number, bits: number): number {
  return bits === 0 ? word : (word >>> bits) | (word << (32 - bits))
}

/** 44 words. A plain array: V8 puts a typed one of this size outside its heap, which costs each login more than the keys do. */
type RoundKeys = readonly number[]

/** Copied for each key: an array that grows word by word is made anew five times. No whole number, so that V8 makes room for any. */
const blank: RoundKeys = Array.from({ length: 4 * (ROUNDS + 1) }, () => 0.5)

/** Key expansion (FIPS 197 §5.2). */
function expandKey(key: Uint8Array): RoundKeys {
  if (sbox[0] === 0) makeTables()
  const w = blank.slice()
  for (let i = 0; i < 4; i++) w[i] = word(key, i * 4)
  for (let i = 4, constant = 1; i < 4 * (ROUNDS + 1); i++) {
    let t = w[i - 1]
    if (i % 4 === 0) {
      t = substitute(rotate(t, 24)) ^ (constant << 24)
      constant = double(constant)
    }
    w[i] = w[i - 4] ^ t
  }
  return w
}

/** The round keys of the equivalent inverse cipher (§5.3.5), last round first. */
function invertKey(w: RoundKeys): RoundKeys {
  const inverted = blank.slice()
  for (let round = 0; round <= ROUNDS; round++) {
    for (let i = 0; i < 4; i++) {
      const x = w[(ROUNDS - round) * 4 + i]
      inverted[round * 4 + i] = round === 0 || round === ROUNDS ? x : inverseMix(x)
    }
  }
  return inverted
}

function inverseMix(x: number): number {
  const t = decryptTable
  return (
    t[sbox[x >>> 24]] ^
    rotate(t[sbox[(x >>> 16) & 0xff]], 8) ^
    rotate(t[sbox[(x >>> 8) & 0xff]], 16) ^
    rotate(t[sbox[x & 0xff]], 24)
  )
}

function substitute(x: number): number {
  return (sbox[x >>> 24] << 24) | (sbox[(x >>> 16) & 0xff] << 16) | (sbox[(x >>> 8) & 0xff] << 8) | sbox[x & 0xff]
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
}

function putWord(bytes: Uint8Array, at: number, x: number): void {
  bytes[at] = x >>> 24
  bytes[at + 1] = x >>> 16
  bytes[at + 2] = x >>> 8
  bytes[at + 3] = x
}

export class Aes128Cbc {
  readonly #encryptKey: RoundKeys
  readonly #decryptKey: RoundKeys

  constructor(key: Uint8Array) {
    if (key.length !== AES_BLOCK) throw new RangeError(`an AES-128 key of ${key.length} bytes`)
    this.#encryptKey = expandKey(key)
    this.#decryptKey = invertKey(this.#encryptKey)
  }

  /** Encrypts whole blocks from `from` to `to` where they are; the block in front of `from` is the IV. */
  encrypt(bytes: Uint8Array, from: number, to: number): void {
    const k = this.#encryptKey
    const t = encryptTable
    let a = word(bytes, from - 16)
    let b = word(bytes, from - 12)
    let c = word(bytes, from - 8)
    let d = word(bytes, from - 4)
    for (let at = from; at < to; at += AES_BLOCK) {
      a ^= word(bytes, at) ^ k[0]
      b ^= word(bytes, at + 4) ^ k[1]
      c ^= word(bytes, at + 8) ^ k[2]
      d ^= word(bytes, at + 12) ^ k[3]
      for (let i = 4; i < 40; i += 4) {
        const e =
          t[a >>> 24] ^
          rotate(t[(b >>> 16) & 0xff], 8) ^
          rotate(t[(c >>> 8) & 0xff], 16) ^
          rotate(t[d & 0xff], 24) ^
          k[i]
        const f =
          t[b >>> 24] ^
          rotate(t[(c >>> 16) & 0xff], 8) ^
          rotate(t[(d >>> 8) & 0xff], 16) ^
          rotate(t[a & 0xff], 24) ^
          k[i + 1]
        const g =
          t[c >>> 24] ^
          rotate(t[(d >>> 16) & 0xff], 8) ^
          rotate(t[(a >>> 8) & 0xff], 16) ^
          rotate(t[b & 0xff], 24) ^
          k[i + 2]
        d =
          t[d >>> 24] ^
          rotate(t[(a >>> 16) & 0xff], 8) ^
          rotate(t[(b >>> 8) & 0xff], 16) ^
          rotate(t[c & 0xff], 24) ^
          k[i + 3]
        a = e
        b = f
        c = g
      }
      const e = lastRound(sbox, a, b, c, d) ^ k[40]
      const f = lastRound(sbox, b, c, d, a) ^ k[41]
      const g = lastRound(sbox, c, d, a, b) ^ k[42]
      d = lastRound(sbox, d, a, b, c) ^ k[43]
      a = e
      b = f
      c = g
      putWord(bytes, at, a)
      putWord(bytes, at + 4, b)
      putWord(bytes, at + 8, c)
      putWord(bytes, at + 12, d)
    }
  }

  /** Decrypts what lies from `from` to `to`, an IV and whole blocks, into the front of `clear`: 16 bytes fewer. */
  decrypt(sealed: Uint8Array, clear: Uint8Array, from = 0, to = sealed.length): void {
    const k = this.#decryptKey
    const t = decryptTable
    for (let at = from + AES_BLOCK, out = 0; at < to; at += AES_BLOCK, out += AES_BLOCK) {
      let a = word(sealed, at) ^ k[0]
      let b = word(sealed, at + 4) ^ k[1]
      let c = word(sealed, at + 8) ^ k[2]
      let d = word(sealed, at + 12) ^ k[3]
      for (let i = 4; i < 40; i += 4) {
        const e =
          t[a >>> 24] ^
          rotate(t[(d >>> 16) & 0xff], 8) ^
          rotate(t[(c >>> 8) & 0xff], 16) ^
          rotate(t[b & 0xff], 24) ^
          k[i]
        const f =
          t[b >>> 24] ^
          rotate(t[(a >>> 16) & 0xff], 8) ^
          rotate(t[(d >>> 8) & 0xff], 16) ^
          rotate(t[c & 0xff], 24) ^
          k[i + 1]
        const g =
          t[c >>> 24] ^
          rotate(t[(b >>> 16) & 0xff], 8) ^
          rotate(t[(a >>> 8) & 0xff], 16) ^
          rotate(t[d & 0xff], 24) ^
          k[i + 2]
        d =
          t[d >>> 24] ^
          rotate(t[(c >>> 16) & 0xff], 8) ^
          rotate(t[(b >>> 8) & 0xff], 16) ^
          rotate(t[a & 0xff], 24) ^
          k[i + 3]
        a = e
        b = f
        c = g
      }
      const before = at - AES_BLOCK
      putWord(clear, out, lastRound(inverseSbox, a, d, c, b) ^ k[40] ^ word(sealed, before))
      putWord(clear, out + 4, lastRound(inverseSbox, b, a, d, c) ^ k[41] ^ word(sealed, before + 4))
      putWord(clear, out + 8, lastRound(inverseSbox, c, b, a, d) ^ k[42] ^ word(sealed, before + 8))
      putWord(clear, out + 12, lastRound(inverseSbox, d, c, b, a) ^ k[43] ^ word(sealed, before + 12))
    }
  }
}

function lastRound(box: Uint8Array, a: number, b: number, c: number, d: number): number {
  return (box[a >>> 24] << 24) | (box[(b >>> 16) & 0xff] << 16) | (box[(c >>> 8) & 0xff] << 8) | box[d & 0xff]
}
