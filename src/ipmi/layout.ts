import { DecodeError, noBytes } from '../base/bytes.ts'
import {
  type AnyField,
  type BitField,
  type ByteField,
  type LayoutCode,
  layoutCode,
  type NumberField,
  type PadField,
} from './layout-code.ts'

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

type Fields = Record<string, AnyField>
type ValueOf<F> = F extends BitField<infer T> | ByteField<infer T> | NumberField<infer T> ? T : never
type PadKeys<F extends Fields> = { [K in keyof F]: F[K] extends PadField ? K : never }[keyof F]
type LayoutValue<F extends Fields> = { [K in Exclude<keyof F, PadKeys<F>>]: ValueOf<F[K]> }

/** `width` bits of a byte, as a number. Neighbouring bit fields fill bytes from the high bit down. */
export function bits(width: number): BitField<number> {
  return { kind: 'bits', width, toValue: (raw) => raw, toRaw: (value) => value, plain: 'number' }
}

/** One bit, as a boolean. */
export const flag: BitField<boolean> = {
  kind: 'bits',
  width: 1,
  toValue: (raw) => raw === 1,
  toRaw: (v) => (v ? 1 : 0),
  plain: 'boolean',
}

/** `width` reserved bits: ignored when read, 0 when written, absent from the value. */
export function pad(width: number): PadField {
  return { kind: 'pad', width }
}

/** A number of one to four whole bytes. */
type NumberBytes = ByteField<number> & { readonly size: 1 | 2 | 3 | 4 }

export const u8: NumberBytes = { kind: 'bytes', size: 1, read: (r) => r.u8(), write: (w, v) => w.u8(v) }
export const u16le: NumberBytes = { kind: 'bytes', size: 2, read: (r) => r.u16le(), write: (w, v) => w.u16le(v) }
export const u24le: NumberBytes = { kind: 'bytes', size: 3, read: (r) => r.u24le(), write: (w, v) => w.u24le(v) }
export const u32le: NumberBytes = { kind: 'bytes', size: 4, read: (r) => r.u32le(), write: (w, v) => w.u32le(v) }

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
  field: NumberBytes,
  names: N,
): NumberField<keyof N & string>
export function oneOf(field: BitField<number> | NumberBytes, names: Record<string, number>) {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]))
  const toName = (number: number) => {
    const name = byNumber.get(number)
    if (name === undefined) throw new DecodeError('field', `${number} is none of ${Object.keys(names).join(', ')}`)
    return name
  }
  if (field.kind === 'bits') {
    return { kind: 'bits', width: field.width, toValue: toName, toRaw: (name: string) => names[name] } as const
  }
  return { kind: 'number', size: field.size, toValue: toName, toRaw: (name: string) => names[name] } as const
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
  // Most layouts are never used by a process.
  let code: LayoutCode | undefined
  return {
    decode(given) {
      code ??= layoutCode(entries)
      return code.decode(given) as LayoutValue<F>
    },
    encode(value) {
      code ??= layoutCode(entries)
      return code.encode(value)
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
