import { DecodeError, noBytes, Reader, Writer } from '../base/bytes.ts'

/**
 * ipmi/ is the specification as pure functions and tables: codecs, crypto, numbers, names. It keeps no state of a BMC,
 * opens nothing and imports only base/.
 *
 * A layout is a record read like the specification's tables: first byte first, bits high to low.
 *
 *     layout({ reserved: pad(4), action: oneOf(bits(4), ChassisAction) })
 *
 * Decoding is strict about length (DecodeError `length`, C7h), which comes before any doubt about a value (`field`, CCh),
 * and lenient about reserved bits.
 */
export interface Codec<T> {
  decode(bytes: Uint8Array): T
  encode(value: T): Uint8Array
}

export type Decoded<C> = C extends Codec<infer T> ? T : never

interface BitField<T> {
  readonly kind: 'bits'
  readonly width: number
  readonly toValue: (raw: number) => T
  readonly toRaw: (value: T) => number
}

interface ByteField<T> {
  readonly kind: 'bytes'
  readonly read: (reader: Reader) => T
  readonly write: (writer: Writer, value: T) => void
  /** True for a field that may be absent at the end of the record. */
  readonly mayEnd?: boolean
}

/** A number of whole bytes that stands for something; what for is found out when the length of the record was right. */
interface NumberField<T> {
  readonly kind: 'number'
  readonly read: (reader: Reader) => number
  readonly write: (writer: Writer, value: T) => void
  readonly toValue: (raw: number) => T
}

interface PadField {
  readonly kind: 'pad'
  readonly width: number
}

// biome-ignore lint/suspicious/noExplicitAny: a field's value type is free here and inferred exactly in Record below
type AnyField = BitField<any> | ByteField<any> | NumberField<any> | PadField
type Fields = Record<string, AnyField>
type ValueOf<F> = F extends BitField<infer T> | ByteField<infer T> | NumberField<infer T> ? T : never
type PadKeys<F extends Fields> = { [K in keyof F]: F[K] extends PadField ? K : never }[keyof F]
type LayoutValue<F extends Fields> = { [K in Exclude<keyof F, PadKeys<F>>]: ValueOf<F[K]> }

/** `width` bits of a byte, as a number. Neighbouring bit fields fill bytes from the high bit down. */
export function bits(width: number): BitField<number> {
  return { kind: 'bits', width, toValue: (raw) => raw, toRaw: (value) => value }
}

/** One bit, as a boolean. */
export const flag: BitField<boolean> = {
  kind: 'bits',
  width: 1,
  toValue: (raw) => raw === 1,
  toRaw: (v) => (v ? 1 : 0),
}

/** `width` reserved bits: ignored when read, 0 when written, absent from the value. */
export function pad(width: number): PadField {
  return { kind: 'pad', width }
}

export const u8: ByteField<number> = { kind: 'bytes', read: (r) => r.u8(), write: (w, v) => w.u8(v) }
export const u16le: ByteField<number> = { kind: 'bytes', read: (r) => r.u16le(), write: (w, v) => w.u16le(v) }
export const u24le: ByteField<number> = { kind: 'bytes', read: (r) => r.u24le(), write: (w, v) => w.u24le(v) }
export const u32le: ByteField<number> = { kind: 'bytes', read: (r) => r.u32le(), write: (w, v) => w.u32le(v) }

/** Exactly `count` bytes. */
export function bytes(count: number): ByteField<Uint8Array> {
  return {
    kind: 'bytes',
    read: (r) => r.take(count),
    write(w, value) {
      if (value.length !== count) throw new RangeError(`${count} bytes wanted, ${value.length} given`)
      w.put(value)
    },
  }
}

/** Whatever is left, possibly nothing. */
export const rest: ByteField<Uint8Array> = {
  kind: 'bytes',
  read: (r) => r.rest(),
  write: (w, v) => w.put(v),
  mayEnd: true,
}

/** `count` bytes of Latin-1, NUL padded; the value ends at the first NUL. */
export function text(count: number): ByteField<string> {
  return {
    kind: 'bytes',
    read: (r) => fromFixedText(r.take(count)),
    write: (w, value) => w.put(toFixedText(value, count)),
  }
}

export function fromFixedText(padded: Uint8Array): string {
  const end = padded.indexOf(0)
  return Buffer.from(end < 0 ? padded : padded.subarray(0, end)).toString('latin1')
}

export function toFixedText(value: string, count: number): Uint8Array {
  const fixed = new Uint8Array(count)
  fixed.set(Buffer.from(value, 'latin1').subarray(0, count))
  return fixed
}

/** A byte field that may be missing at the end of a request; the value is then undefined. */
export function optional<T>(field: ByteField<T>): ByteField<T | undefined> {
  return {
    kind: 'bytes',
    mayEnd: true,
    read: (r) => (r.left === 0 ? undefined : field.read(r)),
    write(w, value) {
      if (value !== undefined) field.write(w, value)
    },
  }
}

/** A number with a name for each allowed value; any other number is DecodeError `field` (CCh). */
export function oneOf<const N extends Record<string, number>>(
  field: BitField<number>,
  names: N,
): BitField<keyof N & string>
export function oneOf<const N extends Record<string, number>>(
  field: ByteField<number>,
  names: N,
): NumberField<keyof N & string>
export function oneOf(field: BitField<number> | ByteField<number>, names: Record<string, number>) {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]))
  const toName = (number: number) => {
    const name = byNumber.get(number)
    if (name === undefined) throw new DecodeError('field', `${number} is none of ${Object.keys(names).join(', ')}`)
    return name
  }
  if (field.kind === 'bits') {
    return { kind: 'bits', width: field.width, toValue: toName, toRaw: (name: string) => names[name] } as const
  }
  return {
    kind: 'number',
    read: field.read,
    write: (w: Writer, name: string) => field.write(w, names[name]),
    toValue: toName,
  } as const
}

/** No bytes at all. */
export const empty: Codec<void> = {
  decode(given) {
    if (given.length !== 0) throw new DecodeError('length', `no data wanted, ${given.length} bytes given`)
  },
  encode: () => noBytes,
}

/** All bytes as they are, for the few requests whose form depends on their content. */
export const raw: Codec<Uint8Array> = { decode: (given) => given, encode: (value) => value }

export function layout<const F extends Fields>(fields: F): Codec<LayoutValue<F>> {
  const entries = Object.entries(fields)
  checkBitBoundaries(entries)
  /** How long the last value was: most layouts have one length, and the next one fits without room to spare. */
  let size = 8
  return {
    decode(given) {
      const reader = new Reader(given)
      const value: Record<string, unknown> = {}
      const numbers: number[] = []
      let byte = 0
      let bitsLeft = 0
      for (const [name, field] of entries) {
        if (field.kind === 'bytes') {
          value[name] = field.read(reader)
          continue
        }
        if (field.kind === 'number') {
          numbers.push(field.read(reader))
          continue
        }
        let width = field.width
        let number = 0
        while (width > 0) {
          if (bitsLeft === 0) {
            byte = reader.u8()
            bitsLeft = 8
          }
          const step = Math.min(width, bitsLeft)
          number = (number << step) | ((byte >> (bitsLeft - step)) & ((1 << step) - 1))
          bitsLeft -= step
          width -= step
        }
        if (field.kind === 'bits') numbers.push(number)
      }
      reader.end()
      let next = 0
      for (const [name, field] of entries) {
        if (field.kind === 'bits' || field.kind === 'number') value[name] = field.toValue(numbers[next++])
      }
      return value as LayoutValue<F>
    },
    encode(value) {
      const writer = new Writer(size)
      let byte = 0
      let bitsUsed = 0
      for (const [name, field] of entries) {
        if (field.kind === 'bytes' || field.kind === 'number') {
          field.write(writer, value[name as keyof typeof value])
          continue
        }
        const number = field.kind === 'pad' ? 0 : field.toRaw(value[name as keyof typeof value])
        let width = field.width
        while (width > 0) {
          const step = Math.min(width, 8 - bitsUsed)
          byte |= ((number >> (width - step)) & ((1 << step) - 1)) << (8 - bitsUsed - step)
          bitsUsed += step
          width -= step
          if (bitsUsed === 8) {
            writer.u8(byte)
            byte = 0
            bitsUsed = 0
          }
        }
      }
      size = writer.length
      return writer.done()
    },
  }
}

/** A layout whose bits do not fill whole bytes is a mistake of ours, found when the module is loaded. */
function checkBitBoundaries(entries: [string, AnyField][]): void {
  let width = 0
  for (const [name, field] of entries) {
    if (field.kind === 'bits' || field.kind === 'pad') width += field.width
    else if (width % 8 !== 0) throw new Error(`layout: ${width % 8} bits stand before byte field "${name}"`)
  }
  if (width % 8 !== 0) throw new Error(`layout: ${width % 8} bits are left over at the end`)
}
