/**
 * base/ holds what every room needs and nothing that knows a BMC: bytes, time, randomness, logging, errors, files.
 *
 * Reader and Writer are the one place that knows endianness and bounds. IPMI is little-endian; the exceptions are
 * written where they occur.
 */

/** Why bytes could not be understood. `length` becomes C7h, `field` becomes CCh, `checksum` is dropped in silence. */
export type DecodeReason = 'length' | 'field' | 'checksum' | 'format'

export class DecodeError extends Error {
  readonly reason: DecodeReason
  constructor(reason: DecodeReason, message: string) {
    super(message)
    this.name = 'DecodeError'
    this.reason = reason
  }
}

export class Reader {
  readonly bytes: Uint8Array
  offset: number
  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  get left(): number {
    return this.bytes.length - this.offset
  }

  #take(count: number): number {
    const at = this.offset
    if (at + count > this.bytes.length) {
      throw new DecodeError('length', `${count} more bytes wanted at offset ${at}, ${this.left} left`)
    }
    this.offset = at + count
    return at
  }

  u8(): number {
    return this.bytes[this.#take(1)]
  }

  u16le(): number {
    const at = this.#take(2)
    return this.bytes[at] | (this.bytes[at + 1] << 8)
  }

  u16be(): number {
    const at = this.#take(2)
    return (this.bytes[at] << 8) | this.bytes[at + 1]
  }

  u24le(): number {
    const at = this.#take(3)
    return this.bytes[at] | (this.bytes[at + 1] << 8) | (this.bytes[at + 2] << 16)
  }

  u32le(): number {
    const at = this.#take(4)
    return (this.bytes[at] | (this.bytes[at + 1] << 8) | (this.bytes[at + 2] << 16) | (this.bytes[at + 3] << 24)) >>> 0
  }

  /** The next `count` bytes, as an array of their own. */
  take(count: number): Uint8Array {
    const at = this.#take(count)
    return cutOut(this.bytes, at, at + count)
  }

  skip(count: number): void {
    this.#take(count)
  }

  /** Everything left, as an array of its own. */
  rest(): Uint8Array {
    return this.take(this.left)
  }

  end(): void {
    if (this.left !== 0) throw new DecodeError('length', `${this.left} bytes too many at offset ${this.offset}`)
  }
}

export class Writer {
  #buffer: Uint8Array
  #length = 0
  constructor(capacity = 64) {
    this.#buffer = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Where `count` more bytes go. It may replace the buffer: call it before `this.#buffer` is looked at. */
  #room(count: number): number {
    const at = this.#length
    const wanted = at + count
    if (wanted > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(wanted, this.#buffer.length * 2))
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    this.#length = wanted
    return at
  }

  u8(value: number): this {
    const at = this.#room(1)
    this.#buffer[at] = value
    return this
  }

  u16le(value: number): this {
    return this.u8(value).u8(value >>> 8)
  }

  u16be(value: number): this {
    return this.u8(value >>> 8).u8(value)
  }

  u24le(value: number): this {
    return this.u16le(value).u8(value >>> 16)
  }

  u32le(value: number): this {
    return this.u16le(value).u16le(value >>> 16)
  }

  put(bytes: Uint8Array): this {
    const at = this.#room(bytes.length)
    const buffer = this.#buffer
    if (bytes.length > 64) buffer.set(bytes, at)
    else for (let i = 0; i < bytes.length; i++) buffer[at + i] = bytes[i]
    return this
  }

  zeros(count: number): this {
    // What was never written is zero.
    this.#room(count)
    return this
  }

  /** What was written; it may be a view, valid until the next write. */
  done(): Uint8Array {
    if (this.#length === this.#buffer.length) return this.#buffer
    // V8 keeps so short an array inside the object, and a view would move it out of there: a copy costs a quarter of that.
    if (this.#buffer.length <= 64) return this.#buffer.slice(0, this.#length)
    return this.#buffer.subarray(0, this.#length)
  }
}

export const noBytes: Uint8Array = new Uint8Array(0)

/** The bytes from `from` to `to` as an array of their own: of few bytes V8 makes that much faster than a view of them. */
export function cutOut(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const count = to - from
  if (count <= 0) return noBytes
  if (count > 64) return bytes.slice(from, to)
  const own = new Uint8Array(count)
  for (let i = 0; i < count; i++) own[i] = bytes[from + i]
  return own
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

const twoDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** `d4 0c ff`, as the specification and every packet dump print it. */
export function hex(bytes: Uint8Array, separator = ' '): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += i === 0 ? twoDigits[bytes[i]] : separator + twoDigits[bytes[i]]
  return text
}

/** Reads hex digits, ignoring blanks, colons and dashes. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[\s:-]/g, '')
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new DecodeError('format', `not hex: "${text}"`)
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16))
}
