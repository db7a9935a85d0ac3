import { Reader, Writer } from '../base/bytes.ts'

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
  /** True for a field that may be absent at the end of the record. */
  readonly mayEnd?: boolean
}

/** A number of whole bytes that stands for something; what for is found out when the length of the record was right. */
export interface NumberField<T> {
  readonly kind: 'number'
  readonly read: (reader: Reader) => number
  readonly write: (writer: Writer, value: T) => void
  readonly toValue: (raw: number) => T
}

export interface PadField {
  readonly kind: 'pad'
  readonly width: number
}

// biome-ignore lint/suspicious/noExplicitAny: a field's value type is free here and inferred exactly in layout.ts
export type AnyField = BitField<any> | ByteField<any> | NumberField<any> | PadField

export interface LayoutCode {
  readonly decode: (given: Uint8Array) => unknown
  readonly encode: (value: unknown) => Uint8Array
}

/**
 * Straight-line code for one layout: no loop over fields, no look-up of a property by a name that changes. One loop for all
 * layouts costs ten times as much, since V8 then has to expect every property of every record there. The source is made of
 * our own declarations only: names go in as string literals, everything else as a number or as an argument `f`.
 */
export function layoutCode(entries: readonly (readonly [string, AnyField])[]): LayoutCode {
  const fields = entries.map(([, field]) => field)
  const factory = new Function(
    'f',
    'Reader',
    'Writer',
    `"use strict";\n${decoder(entries)}\n${encoder(entries)}\nreturn { decode, encode }`,
  )
  return factory(fields, Reader, Writer)
}

type Entries = readonly (readonly [string, AnyField])[]

/** All bytes are read, and counted, before any is asked what it means: a wrong length comes before a wrong value. */
function decoder(entries: Entries): string {
  const reads: string[] = []
  const values: string[] = []
  let bit = 0
  let bytes = 0
  for (const [i, [name, field]] of entries.entries()) {
    const key = JSON.stringify(name)
    if (field.kind === 'bytes' || field.kind === 'number') {
      reads.push(`const v${i} = f[${i}].read(r)`)
      values.push(field.kind === 'bytes' ? `${key}: v${i}` : `${key}: f[${i}].toValue(v${i})`)
      continue
    }
    let raw = ''
    for (let left = field.width; left > 0; ) {
      if (bit === 0) reads.push(`const b${bytes++} = r.u8()`)
      const step = Math.min(left, 8 - bit)
      const part = `((b${bytes - 1} >> ${8 - bit - step}) & ${(1 << step) - 1})`
      raw = raw === '' ? part : `((${raw} << ${step}) | ${part})`
      bit = (bit + step) % 8
      left -= step
    }
    if (field.kind === 'bits') values.push(`${key}: ${fromRaw(field, i, raw)}`)
  }
  return `function decode(given) { const r = new Reader(given)\n${reads.join('\n')}\nr.end()\nreturn { ${values.join(', ')} } }`
}

function fromRaw({ plain }: BitField<unknown>, i: number, raw: string): string {
  if (plain === 'number') return raw
  return plain === 'boolean' ? `${raw} === 1` : `f[${i}].toValue(${raw})`
}

function toRaw({ plain }: BitField<unknown>, i: number, value: string): string {
  if (plain === 'number') return value
  return plain === 'boolean' ? `(${value} ? 1 : 0)` : `f[${i}].toRaw(${value})`
}

/** Writers are made as large as the last value of this layout was: most layouts have one length. */
function encoder(entries: Entries): string {
  const writes: string[] = []
  let bit = 0
  let parts: string[] = []
  for (const [i, [name, field]] of entries.entries()) {
    const value = `value[${JSON.stringify(name)}]`
    if (field.kind === 'bytes' || field.kind === 'number') {
      writes.push(`f[${i}].write(w, ${value})`)
      continue
    }
    if (field.kind === 'bits') writes.push(`const n${i} = ${toRaw(field, i, value)}`)
    for (let left = field.width; left > 0; ) {
      const step = Math.min(left, 8 - bit)
      left -= step
      if (field.kind === 'bits') parts.push(`(((n${i} >> ${left}) & ${(1 << step) - 1}) << ${8 - bit - step})`)
      bit = (bit + step) % 8
      if (bit > 0) continue
      writes.push(`w.u8(${parts.join(' | ') || '0'})`)
      parts = []
    }
  }
  return `let size = 8\nfunction encode(value) { const w = new Writer(size)\n${writes.join('\n')}\nsize = w.length\nreturn w.done() }`
}
