import { isDeepStrictEqual } from 'node:util'
import { enumValues, type Properties, type Property, propertiesOf } from './facts/schema.ts'
import { about, type Fault, fault } from './faults.ts'
import type { Field, Fields } from './fields.ts'
import { type Body, isBody } from './request.ts'

/** How a fault is called: of a property of a resource, or of a parameter of an action. */
export interface Complaints {
  unknown(name: string): Fault
  notWritable(name: string): Fault
  missing(name: string): Fault
  type(value: string, name: string): Fault
  format(value: string, name: string): Fault
  notInList(value: string, name: string): Fault
  outOfRange(value: string, name: string): Fault
}

export const ofProperties: Complaints = {
  unknown: (name) => fault('PropertyUnknown', name),
  notWritable: (name) => fault('PropertyNotWritable', name),
  missing: (name) => fault('PropertyMissing', name),
  type: (value, name) => fault('PropertyValueTypeError', value, name),
  format: (value, name) => fault('PropertyValueFormatError', value, name),
  notInList: (value, name) => fault('PropertyValueNotInList', value, name),
  outOfRange: (value, name) => fault('PropertyValueOutOfRange', value, name),
}

export function ofParameters(action: string): Complaints {
  return {
    unknown: (name) => fault('ActionParameterUnknown', action, name),
    notWritable: (name) => fault('ActionParameterNotSupported', name, action),
    missing: (name) => fault('ActionParameterMissing', action, name),
    type: (value, name) => fault('ActionParameterValueTypeError', value, name, action),
    format: (value, name) => fault('ActionParameterValueFormatError', value, name, action),
    notInList: (value, name) => fault('ActionParameterValueNotInList', value, name, action),
    outOfRange: (value, name) => fault('ActionParameterValueOutOfRange', value, name, action),
  }
}

export interface Validation<S> {
  readonly subject: S
  readonly complaints: Complaints
  /** What the properties are now; a value that can only be read may be sent back as it is. */
  readonly current: Body
  /** An object that is made, or parameters: nothing has to be marked writable in the schema. */
  readonly creating: boolean
}

export interface Validated {
  readonly faults: readonly Fault[]
  /** What is left to be done. */
  readonly given: Body
  /** Something was there besides annotations. */
  readonly named: boolean
}

/** Holds an object against what the schema says and what can be written here; every fault is found. */
export function validate<S>(
  body: Body,
  properties: Properties,
  fields: Fields<S>,
  with_: Validation<S>,
  pointer = '',
): Validated {
  const faults: Fault[] = []
  const given: Record<string, unknown> = {}
  const names = Object.keys(body).filter((name) => !name.includes('@'))
  for (const name of names) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const found = one(body[name], name, at, properties.get(name), fields[name], with_)
    if ('value' in found) given[name] = found.value
    faults.push(...found.faults)
  }
  return { faults, given, named: names.length > 0 }
}

/** Whose parts are writable or not, and not they themselves; `any`: the tables do not have its parts. */
const holdsOthers: readonly Property['kind'][] = ['object', 'any', 'open']

interface One {
  readonly faults: readonly Fault[]
  readonly value?: unknown
}

function one<S>(
  value: unknown,
  name: string,
  at: string,
  property: Property | undefined,
  field: Field<S, unknown> | undefined,
  with_: Validation<S>,
): One {
  const { complaints, current, creating } = with_
  const wrong = (fault: Fault): One => ({ faults: [about(at, fault)] })
  if (property === undefined) return wrong(complaints.unknown(name))
  const writable = field !== undefined && (creating || property.writable || holdsOthers.includes(property.kind))
  if (!writable) {
    if (isDeepStrictEqual(value, current[name])) return { faults: [] }
    const known = creating || Object.hasOwn(current, name)
    return wrong(known ? complaints.notWritable(name) : complaints.unknown(name))
  }
  if (value === null) {
    const takes = property.nullable && field.read(value) !== undefined
    if (takes) return { faults: [], value }
    // A null that can only be read may be sent back as it is.
    return !creating && current[name] === null ? { faults: [] } : wrong(complaints.type('null', name))
  }
  if (!property.list) return scalar(value, name, at, property, field, with_)
  if (!Array.isArray(value)) return wrong(complaints.type(shown(value), name))
  const before = current[name]
  if (field.elements !== undefined && !creating) {
    const there = Array.isArray(before) ? before : []
    return fixedList(value, there, { name, at, type: property.of, fields: field.elements }, with_)
  }
  const merged = creating || field.whole === true ? value : mergedList(Array.isArray(before) ? before : [], value)
  const faults = merged.flatMap((element, i) => scalar(element, name, `${at}/${i}`, property, field, with_).faults)
  return faults.length > 0 ? { faults } : { faults, value: merged }
}

/** A list whose elements can neither come nor go. */
function fixedList<S>(
  value: readonly unknown[],
  before: readonly unknown[],
  list: { readonly name: string; readonly at: string; readonly type: string; readonly fields: Fields<S> },
  with_: Validation<S>,
): One {
  const { name, at, type, fields } = list
  const { complaints } = with_
  if (value.length > before.length) return { faults: [about(at, fault('ArraySizeTooLong', name, before.length))] }
  const all = value.map((element, i) => {
    const where = `${at}/${i}`
    if (element === null) return { faults: [about(where, complaints.notWritable(name))], given: {} }
    if (!isBody(element)) return { faults: [about(where, complaints.type(shown(element), name))], given: {} }
    const old = before[i]
    const current = isBody(old) ? old : {}
    return validate(element, propertiesOf(type) ?? new Map(), fields, { ...with_, current }, where)
  })
  const faults = all.flatMap((one) => one.faults)
  return faults.length > 0 ? { faults } : { faults, value: all.map(({ given }) => given) }
}

/**
 * `{}` leaves an element as it is, null removes it, and a shorter list ends the one that was there (DSP0266 §7.7; DMTF's protocol
 * validator asks for each of the three).
 */
export function mergedList(before: readonly unknown[], given: readonly unknown[]): readonly unknown[] {
  const elements = given.map((element, i) => {
    if (!isBody(element)) return element
    const old = before[i]
    if (isBody(old)) return { ...old, ...element }
    return Object.keys(element).length === 0 && old !== undefined ? old : element
  })
  return elements.filter((element) => element !== null)
}

function scalar<S>(
  value: unknown,
  name: string,
  at: string,
  property: Property,
  field: Field<S, unknown>,
  with_: Validation<S>,
): One {
  const { complaints, subject } = with_
  const wrong = (fault: Fault): One => ({ faults: [about(at, fault)] })
  if (!isOfKind(value, property)) return wrong(complaints.type(shown(value), name))
  const { minimum, maximum, pattern, format } = property
  if (typeof value === 'number') {
    const out = (minimum !== undefined && value < minimum) || (maximum !== undefined && value > maximum)
    return out ? wrong(complaints.outOfRange(shown(value), name)) : { faults: [], value }
  }
  if (typeof value === 'string') {
    const possible = property.kind === 'enum' ? enumValues(property.of) : undefined
    const allowed = field.allowable?.(subject)
    if ((possible ?? allowed) !== undefined && possible?.includes(value) === false) {
      return wrong(complaints.notInList(value, name))
    }
    if (allowed !== undefined && !allowed.includes(value)) return wrong(complaints.notInList(value, name))
    if (pattern !== undefined && !new RegExp(pattern).test(value)) return wrong(complaints.format(value, name))
    if (format !== undefined && !hasFormat(value, format)) return wrong(complaints.format(value, name))
    return { faults: [], value }
  }
  if (isBody(value) && property.kind === 'object' && field.members !== undefined) {
    const inner = propertiesOf(property.of) ?? new Map()
    const before = with_.current[name]
    const { faults, given } = validate(
      value,
      inner,
      field.members,
      { ...with_, current: isBody(before) ? before : {} },
      at,
    )
    return faults.length > 0 ? { faults } : { faults, value: given }
  }
  return { faults: [], value }
}

function isOfKind(value: unknown, { kind }: Property): boolean {
  switch (kind) {
    case 'string':
    case 'enum':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return typeof value === 'number'
    case 'object':
    case 'open':
    case 'link':
      return isBody(value)
    case 'any':
      return true
  }
}

function hasFormat(value: string, format: string): boolean {
  switch (format) {
    case 'date-time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))
    default:
      return true
  }
}

/** As an argument of a message. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}
