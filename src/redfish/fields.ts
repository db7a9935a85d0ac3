import type { Body } from './request.ts'
import { isBody } from './request.ts'

/**
 * What a resource takes for a property, or an action for a parameter. The schema's own rules (type, range, enumeration) are in the facts and
 * are not said again: a field says which of the schema's values are possible here, and gives the handler its type.
 */
export interface Field<S, V> {
  /** The values that can be chosen; missing: all that the schema has. */
  readonly allowable?: (subject: S) => readonly string[]
  /** Of a list: it is given as it is to be, and not merged with what was there. */
  readonly whole?: boolean
  /** Of an object: its parts that can be written. */
  readonly members?: Fields<S>
  /** Of a list whose elements stay: the parts of each that can be written. */
  readonly elements?: Fields<S>
  /** The value as the handler wants it; undefined: it is of another type. */
  readonly read: (value: unknown) => V | undefined
}

export type Fields<S> = Readonly<Record<string, Field<S, unknown>>>

type ValueOf<F> = F extends Field<never, infer V> ? V : never

/** What was given of them. */
export type Given<F> = { readonly [K in keyof F]?: ValueOf<F[K]> }

/** Null is no text: it empties. */
export const text: Field<unknown, string> = {
  read: (value) => (value === null ? '' : typeof value === 'string' ? value : undefined),
}

export const flag: Field<unknown, boolean> = { read: (value) => (typeof value === 'boolean' ? value : undefined) }

export const number: Field<unknown, number> = { read: (value) => (typeof value === 'number' ? value : undefined) }

export const optionalNumber: Field<unknown, number | null> = {
  read: (value) => (value === null || typeof value === 'number' ? value : undefined),
}

export const anything: Field<unknown, unknown> = { read: (value) => value }

/** A link; the path that it leads to. */
export const linkTo: Field<unknown, string> = {
  read(value) {
    const path = isBody(value) ? value['@odata.id'] : undefined
    return typeof path === 'string' ? path.replace(/\/+$/, '') : undefined
  },
}

/** One of the words of a list that may depend on what it is for. */
export function oneOf<S, const W extends string>(words: readonly W[] | ((subject: S) => readonly W[])): Field<S, W> {
  const allowable = typeof words === 'function' ? words : () => words
  // That it is one of them has been seen to when it is read.
  return { allowable, read: (value): W | undefined => (isWord<W>(value) ? value : undefined) }
}

/** A list, merged with what was there (DSP0266 §7.7). */
export const texts: Field<unknown, readonly string[]> = {
  read: (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined),
}

export const object: Field<unknown, Body> = { read: (value) => (isBody(value) ? value : undefined) }

export const objects: Field<unknown, readonly Body[]> = {
  read: (value) => (Array.isArray(value) && value.every(isBody) ? value : undefined),
}

/** A list of objects of which only these parts can be written; merged as lists are. */
export function listOf<S>(fields: Fields<S>): Field<S, readonly Body[]> {
  return { ...objects, members: fields }
}

/** Parts of an object; only those that were given are there. */
export function members<S, F extends Fields<S>>(fields: F): Field<S, Given<F>> {
  return { members: fields, read: (value) => (isBody(value) ? readGiven(fields, value) : undefined) }
}

/** A list that stays as long as it is: what was given of each element, which is nothing of one that is left alone. */
export function elements<S, F extends Fields<S>>(fields: F): Field<S, readonly Given<F>[]> {
  const one = members<S, F>(fields)
  return {
    elements: fields,
    read(value) {
      const all = Array.isArray(value) ? value.map(one.read) : [undefined]
      return all.every((given) => given !== undefined) ? all : undefined
    },
  }
}

/** What was given, as the handlers want it. It has been checked before. */
export function readGiven<F extends Fields<never>>(fields: F, given: Body): Given<F> {
  const read: { [K in keyof F]?: ValueOf<F[K]> } = {}
  for (const name in fields) {
    if (Object.hasOwn(given, name)) Object.assign(read, { [name]: fields[name].read(given[name]) })
  }
  return read
}

function isWord<W extends string>(value: unknown): value is W {
  return typeof value === 'string'
}
