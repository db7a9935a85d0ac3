import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto'
import { cutOut, DecodeError } from '../base/bytes.ts'
import type { Random } from '../base/random.ts'
import { Aes128Cbc } from './aes128.ts'

const BLOCK = 16

/** Where a payload lies: from `from` to `to` of `bytes`. */
export interface PayloadPlace {
  bytes: Uint8Array
  from: number
  to: number
}

/** Up to here our own cipher is cheaper than a call into OpenSSL; a command is two or three blocks, a full SOL packet 17. */
const FEW_BLOCKS = 4 * BLOCK
/** Of all sessions: a payload is taken out before the next packet is looked at. */
const clear = new Uint8Array(FEW_BLOCKS)

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
    this.#key = cutOut(k2, 0, BLOCK)
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
    this.#random.fill(packet, at, at + BLOCK)
    const dataEnd = at + BLOCK + length
    for (let i = 0; i < padSize; i++) packet[dataEnd + i] = i + 1
    packet[dataEnd + padSize] = padSize
    if (size <= FEW_BLOCKS) this.#few.encrypt(packet, at + BLOCK, at + size)
    else packet.set(this.#encryptor.update(packet.subarray(at, at + size)), at)
    return size
  }

  /**
   * Opens what is sealed from `from` to `to`, and says where in `opened` the clear payload is: it is good until the next
   * one, of any session, is opened. DecodeError `format` where the pad is not 01h 02h .. (§13.29, Table 13-20).
   */
  open(packet: Uint8Array, from: number, to: number, opened: PayloadPlace): void {
    const size = to - from
    if (size < 2 * BLOCK || size % BLOCK !== 0) throw new DecodeError('length', `${size} bytes are no AES-CBC payload`)
    if (size > FEW_BLOCKS) {
      opened.bytes = this.#decryptor.update(packet.subarray(from, to))
      opened.from = BLOCK
      opened.to = dataEnd(opened.bytes, opened.bytes.length)
    } else {
      this.#few.decrypt(packet, clear, from, to)
      opened.bytes = clear
      opened.from = 0
      opened.to = dataEnd(clear, size - BLOCK)
    }
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
}

/** Where the data of `size` clear bytes end and their pad begins. */
function dataEnd(bytes: Uint8Array, size: number): number {
  const padSize = bytes[size - 1]
  if (padSize >= BLOCK) throw new DecodeError('format', `confidentiality pad of ${padSize} bytes`)
  const end = size - 1 - padSize
  for (let i = 0; i < padSize; i++) if (bytes[end + i] !== i + 1) throw new DecodeError('format', 'pad bytes')
  return end
}
