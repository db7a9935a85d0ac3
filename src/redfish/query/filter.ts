import { refuse } from '../faults.ts'
import { type Body, isBody } from '../request.ts'

/** A $filter that was read: whether it holds of a member. */
export type Condition = (member: Body) => boolean

type Value = string | number | boolean | null | readonly Value[]

/** A list is equal to each of its elements. */
function isSame(a: Value, b: Value): boolean {
  return Array.isArray(a) ? a.includes(b) : Array.isArray(b) ? b.includes(a) : a === b
}

const comparisons: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  eq: isSame,
  ne: (a, b) => !isSame(a, b),
  gt: (a, b) => ordered(a, b, (order) => order > 0),
  ge: (a, b) => ordered(a, b, (order) => order >= 0),
  lt: (a, b) => ordered(a, b, (order) => order < 0),
  le: (a, b) => ordered(a, b, (order) => order <= 0),
}

const DEEPEST = 32

/** `Status/Health eq 'OK' and not (PowerState eq 'Off')`: eq ne gt ge lt le, and before or, not before both (DSP0266 §7.3.4). `names`: the only properties that there are. */
export function readFilter(text: string, names?: readonly string[]): Condition {
  const reader = new Reader(text, names)
  const condition = reader.or(0)
  reader.end()
  return condition
}

class Reader {
  readonly #text: string
  readonly #tokens: readonly string[]
  readonly #names: readonly string[] | undefined
  #at = 0

  constructor(text: string, names: readonly string[] | undefined) {
    this.#text = text
    this.#names = names
    // A last alternative for what is none of them, so that nothing is passed over and nothing is looked at twice.
    const tokens: readonly string[] = text.match(/[()]|'(?:[^']|'')*'|[^\s()']+|'/g) ?? []
    if (tokens.includes("'")) throw this.#wrong()
    this.#tokens = tokens
  }

  or(depth: number): Condition {
    const parts = [this.#and(depth)]
    while (this.#take('or')) parts.push(this.#and(depth))
    return parts.length === 1 ? parts[0] : (member) => parts.some((part) => part(member))
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#wrong()
  }

  #and(depth: number): Condition {
    const parts = [this.#not(depth)]
    while (this.#take('and')) parts.push(this.#not(depth))
    return parts.length === 1 ? parts[0] : (member) => parts.every((part) => part(member))
  }

  #not(depth: number): Condition {
    if (depth > DEEPEST) throw this.#wrong()
    if (this.#take('not')) {
      const inner = this.#not(depth + 1)
      return (member) => !inner(member)
    }
    if (this.#take('(')) {
      const inner = this.or(depth + 1)
      if (!this.#take(')')) throw this.#wrong()
      return inner
    }
    return this.#comparison()
  }

  #comparison(): Condition {
    const left = this.#operand()
    const compare = comparisons[this.#next()]
    if (compare === undefined) throw this.#wrong()
    const right = this.#operand()
    return (member) => compare(left(member), right(member))
  }

  #operand(): (member: Body) => Value {
    const token = this.#next()
    if (token.startsWith("'")) {
      const text = token.slice(1, -1).replaceAll("''", "'")
      return () => text
    }
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(token)) {
      const number = Number(token)
      return () => number
    }
    if (token === 'true' || token === 'false') return () => token === 'true'
    if (token === 'null') return () => null
    if (!/^[A-Za-z_@][\w@.]*(\/[A-Za-z_@][\w@.]*)*$/.test(token)) throw this.#wrong()
    if (this.#names?.includes(token) === false) throw this.#wrong()
    const path = token.split('/')
    return (member) => valueAt(member, path)
  }

  #next(): string {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw this.#wrong()
    this.#at++
    return token
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#at] !== word) return false
    this.#at++
    return true
  }

  #wrong() {
    return refuse(400, 'QueryParameterValueFormatError', this.#text, '$filter')
  }
}

function valueAt(member: Body, path: readonly string[]): Value {
  let value: unknown = member
  for (const part of path) value = isBody(value) ? value[part] : undefined
  return isValue(value) ? value : null
}

function isValue(value: unknown): value is Value {
  if (Array.isArray(value)) return value.every(isValue)
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function ordered(a: Value, b: Value, holds: (order: number) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return holds(a - b)
  if (typeof a !== 'string' || typeof b !== 'string') return false
  return holds(a < b ? -1 : a > b ? 1 : 0)
}
