import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto'
import { DecodeError } from '../base/bytes.ts'
import type { Random } from '../base/random.ts'
import { Aes128Cbc } from './aes128.ts'

const BLOCK = 16

/** Up to here our own cipher is cheaper than a call into OpenSSL; a command is two or three blocks, a full SOL packet 17. */
const FEW_BLOCKS = 4 * BLOCK

/**
 * AES-CBC-128 payloads (IPMI 2.0 §13.29): IV, then data, pad bytes 01h 02h .. and the pad length, encrypted.
 *
 * Long payloads go through OpenSSL. Its cipher objects are dear to make, so each session keeps one for each direction,
 * chained over all its packets. Going out, the block in front of the data is random, so its ciphertext is an unpredictable
 * IV for what follows. Coming in, the IV is fed through as if it were ciphertext and the block that comes out for it is
 * dropped.
 */
export class AesCbc128 {
  readonly #key: Uint8Array
  readonly #few: Aes128Cbc
  readonly #random: Random
  #encrypt: Cipher | undefined
  #decrypt: Decipher | undefined

  /** `k2`: at least 16 bytes, of which 16 are the key. */
  constructor(k2: Uint8Array, random: Random) {
    this.#key = k2.subarray(0, BLOCK)
    this.#few = new Aes128Cbc(this.#key)
    this.#random = random
  }

  /** Encrypted size of `length` bytes, IV included. */
  static sealedSize(length: number): number {
    return BLOCK + Math.ceil((length + 1) / BLOCK) * BLOCK
  }

  /**
   * Encrypts the payload that lies at `at + 16` in `packet` where it is; the 16 bytes in front become the IV. There must
   * be room for the padding. Returns the sealed size.
   */
  seal(packet: Uint8Array, at: number, length: number): number {
    const size = AesCbc128.sealedSize(length)
    const padSize = size - BLOCK - length - 1
    this.#random.fill(packet.subarray(at, at + BLOCK))
    const dataEnd = at + BLOCK + length
    for (let i = 0; i < padSize; i++) packet[dataEnd + i] = i + 1
    packet[dataEnd + padSize] = padSize
    if (size <= FEW_BLOCKS) this.#few.encrypt(packet, at + BLOCK, at + size)
    else packet.set(this.#encryptor.update(packet.subarray(at, at + size)), at)
    return size
  }

  /** The clear payload. DecodeError `format` where the pad is not 01h 02h .. (§13.29, Table 13-20). */
  open(sealed: Uint8Array): Uint8Array {
    if (sealed.length < 2 * BLOCK || sealed.length % BLOCK !== 0) {
      throw new DecodeError('length', `${sealed.length} bytes are no AES-CBC payload`)
    }
    const clear = this.#decrypted(sealed)
    const padSize = clear[clear.length - 1]
    if (padSize >= BLOCK) throw new DecodeError('format', `confidentiality pad of ${padSize} bytes`)
    const dataEnd = clear.length - 1 - padSize
    for (let i = 0; i < padSize; i++) if (clear[dataEnd + i] !== i + 1) throw new DecodeError('format', 'pad bytes')
    return clear.subarray(0, dataEnd)
  }

  /** Made with the first long payload: most sessions are a few commands. */
  get #encryptor(): Cipher {
    this.#encrypt ??= createCipheriv('aes-128-cbc', this.#key, this.#start()).setAutoPadding(false)
    return this.#encrypt
  }

  get #decryptor(): Decipher {
    this.#decrypt ??= createDecipheriv('aes-128-cbc', this.#key, this.#start()).setAutoPadding(false)
    return this.#decrypt
  }

  #start(): Uint8Array {
    return this.#random.fill(new Uint8Array(BLOCK))
  }

  #decrypted(sealed: Uint8Array): Uint8Array {
    if (sealed.length > FEW_BLOCKS) return this.#decryptor.update(sealed).subarray(BLOCK)
    const clear = Buffer.allocUnsafe(sealed.length - BLOCK)
    this.#few.decrypt(sealed, clear)
    return clear
  }
}
