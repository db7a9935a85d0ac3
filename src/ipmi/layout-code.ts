import { DecodeError, Reader, Writer } from '../base/bytes.ts'

/** What a layout is made of, and the code that it becomes. */
export interface BitField<T> {
  readonly kind: 'bits'
  readonly width: number
  readonly toValue: (raw: number) => T
  readonly toRaw: (value: T) => number
  /** A value that needs neither function: code for it is written out. */
  readonly plain?: 'number' | 'boolean'
}

export interface ByteField<T> {
  readonly kind: 'bytes'
  readonly read: (reader: Reader) => T
  readonly write: (writer: Writer, value: T) => void
  /** The size of a little-endian number: code for it is written out. */
  readonly size?: 1 | 2 | 3 | 4
  /** True for a field that may be absent at the end of the record. */
  readonly mayEnd?: boolean
}

/** A number of whole bytes that stands for something; what for is found out when the length of the record was right. */
export interface NumberField<T> {
  readonly kind: 'number'
  readonly size: 1 | 2 | 3 | 4
  readonly toValue: (raw: number) => T
  readonly toRaw: (value: T) => number
}

export interface PadField {
  readonly kind: 'pad'
  readonly width: number
}

// biome-ignore lint/suspicious/noExplicitAny: a field's value type is free here and inferred exactly in layout.ts
export type AnyField = BitField<any> | ByteField<any> | NumberField<any> | PadField
type Entries = readonly (readonly [string, AnyField])[]

export interface LayoutCode {
  readonly decode: (given: Uint8Array) => unknown
  readonly encode: (value: unknown) => Uint8Array
}

/**
 * Straight-line code for one layout: no loop over fields, no look-up of a property by a name that changes. One loop for all
 * layouts costs many times as much, since V8 then has to expect every property of every record there. The source is made
 * of our own declarations only: names go in as string literals, everything else as a number or by `f`, the fields.
 */
export function layoutCode(entries: Entries): LayoutCode {
  const source = `"use strict"; ${decoder(entries)}; ${encoder(entries)}; return { decode, encode }`
  const make = new Function('f', 'Reader', 'Writer', 'DecodeError', source)
  return make(
    entries.map(([, field]) => field),
    Reader,
    Writer,
    DecodeError,
  )
}

/** Bytes of a record whose every field has its size, or undefined. */
function fixedSize(entries: Entries): number | undefined {
  let bits = 0
  for (const [, field] of entries) {
    if (field.kind === 'bits' || field.kind === 'pad') bits += field.width
    else if (field.size === undefined) return undefined
    else bits += field.size * 8
  }
  return bits / 8
}

/** All bytes are read, and counted, before any is asked what it means: a wrong length comes before a wrong value. */
function decoder(entries: Entries): string {
  const size = fixedSize(entries)
  const reads: string[] = []
  const values: string[] = []
  let bit = 0
  let bytes = 0
  const nextByte = () => {
    reads.push(`const b${bytes} = ${size === undefined ? 'r.u8()' : `given[${bytes}]`}`)
    return bytes++
  }
  for (const [i, [name, field]] of entries.entries()) {
    const key = JSON.stringify(name)
    if (field.kind === 'bytes' && field.size === undefined) {
      reads.push(`const v${i} = f[${i}].read(r)`)
      values.push(`${key}: v${i}`)
    } else if (field.kind === 'bytes' || field.kind === 'number') {
      const parts = Array.from({ length: field.size ?? 0 }, (_, n) => `b${nextByte()} << ${8 * n}`)
      const number = `((${parts.join(' | ')}) >>> 0)`
      values.push(`${key}: ${field.kind === 'number' ? `f[${i}].toValue(${number})` : number}`)
    } else {
      let raw = ''
      for (let left = field.width; left > 0; ) {
        if (bit === 0) nextByte()
        const step = Math.min(left, 8 - bit)
        const part = `((b${bytes - 1} >> ${8 - bit - step}) & ${(1 << step) - 1})`
        raw = raw === '' ? part : `((${raw} << ${step}) | ${part})`
        bit = (bit + step) % 8
        left -= step
      }
      if (field.kind === 'bits') values.push(`${key}: ${fromRaw(field, i, raw)}`)
    }
  }
  const length = `throw new DecodeError("length", "${size} bytes wanted, " + given.length + " given")`
  const [begin, end] =
    size === undefined ? ['const r = new Reader(given)', 'r.end()'] : [`if (given.length !== ${size}) ${length}`, '']
  return `function decode(given) { ${begin}; ${reads.join('; ')}; ${end}; return { ${values.join(', ')} } }`
}

/** A record of one size is written into an array of that size; any other into a Writer as large as the last one was. */
function encoder(entries: Entries): string {
  const size = fixedSize(entries)
  const writes: string[] = []
  let at = 0
  const put = (value: string) => {
    writes.push(size === undefined ? `w.u8(${value})` : `out[${at++}] = ${value}`)
  }
  let bit = 0
  let parts: string[] = []
  for (const [i, [name, field]] of entries.entries()) {
    const value = `value[${JSON.stringify(name)}]`
    if (field.kind === 'bytes' && field.size === undefined) {
      writes.push(`f[${i}].write(w, ${value})`)
    } else if (field.kind === 'bytes' || field.kind === 'number') {
      writes.push(`const n${i} = ${field.kind === 'number' ? `f[${i}].toRaw(${value})` : value}`)
      for (let n = 0; n < (field.size ?? 0); n++) put(`n${i} >>> ${8 * n}`)
    } else {
      if (field.kind === 'bits') writes.push(`const n${i} = ${toRaw(field, i, value)}`)
      for (let left = field.width; left > 0; ) {
        const step = Math.min(left, 8 - bit)
        left -= step
        if (field.kind === 'bits') parts.push(`(((n${i} >> ${left}) & ${(1 << step) - 1}) << ${8 - bit - step})`)
        bit = (bit + step) % 8
        if (bit > 0) continue
        put(parts.join(' | ') || '0')
        parts = []
      }
    }
  }
  if (size !== undefined) {
    return `function encode(value) { const out = new Uint8Array(${size}); ${writes.join('; ')}; return out }`
  }
  return `let last = 8; function encode(value) { const w = new Writer(last); ${writes.join('; ')}; last = w.length; return w.done() }`
}

function fromRaw({ plain }: BitField<unknown>, i: number, raw: string): string {
  if (plain === 'number') return raw
  return plain === 'boolean' ? `${raw} === 1` : `f[${i}].toValue(${raw})`
}

function toRaw({ plain }: BitField<unknown>, i: number, value: string): string {
  if (plain === 'number') return value
  return plain === 'boolean' ? `(${value} ? 1 : 0)` : `f[${i}].toRaw(${value})`
}
