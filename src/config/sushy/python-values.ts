import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'

/** What a literal of Python can be here; None is null. */
export type PythonValue = string | number | boolean | null | readonly PythonValue[] | PythonDict
export interface PythonDict {
  readonly [key: string]: PythonValue
}

export interface Assignment {
  readonly name: string
  readonly value: PythonValue
  readonly at: SourceRange
}

const space = /(?:[ \t\r\n]|#[^\n]*|\\\r?\n)*/y
const blank = /(?:[ \t]|\\\r?\n)*/y
const word = /[A-Za-z_]\w*/y
const number = /[+-]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d+)?)/y
const quoted = /[uUrRbB]?("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/y

/** The assignments of a configuration file in Python, as far as their values are literals; all else is a problem. */
export function readAssignments(file: string, text: string, problems: Problems): readonly Assignment[] {
  return new PythonReader(file, text, problems).read()
}

class Unreadable extends Error {}

class PythonReader {
  readonly #file: string
  readonly #text: string
  readonly #problems: Problems
  #at = 0

  constructor(file: string, text: string, problems: Problems) {
    this.#file = file
    this.#text = text.replace(/^\uFEFF/, '')
    this.#problems = problems
  }

  read(): readonly Assignment[] {
    const found: Assignment[] = []
    for (;;) {
      this.#take(space)
      if (this.#at >= this.#text.length) return found
      const start = this.#at
      try {
        const name = this.#take(word)
        this.#take(blank)
        if (name === '' || this.#text[this.#at] !== '=' || this.#text[this.#at + 1] === '=') {
          throw new Unreadable('only lines like NAME = VALUE are read here')
        }
        this.#at++
        this.#take(blank)
        const value = this.#value(blank)
        this.#take(blank)
        if (!/^(?:#|\r?\n|$|;)/.test(this.#text.slice(this.#at)))
          throw new Unreadable('only literal values are read here')
        if (this.#text[this.#at] === ';') this.#at++
        found.push({ name, value, at: this.#range(start, name.length) })
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        this.#problems.add(this.#range(start, 1), error.message)
        const end = this.#text.indexOf('\n', Math.max(start, this.#at))
        this.#at = end < 0 ? this.#text.length : end + 1
      }
    }
  }

  /** `gap`: what may be between the parts of a value; inside brackets that is also the end of a line. */
  #value(gap: RegExp): PythonValue {
    const first = this.#text[this.#at]
    if (first === '[') return this.#list(']')
    if (first === '(') return this.#tuple()
    if (first === '{') return this.#dict()
    const text = this.#take(quoted)
    if (text !== '') return this.#joined(text, gap)
    const digits = this.#take(number)
    if (digits !== '') return Number(digits)
    const name = this.#take(word)
    if (name === 'True') return true
    if (name === 'False') return false
    if (name === 'None') return null
    throw new Unreadable(
      'only literal values are read here: text in quotes, numbers, True, False, None, lists and dicts of them',
    )
  }

  /** Texts that stand side by side are one. */
  #joined(first: string, gap: RegExp): string {
    let whole = unquoted(first)
    for (;;) {
      const back = this.#at
      this.#take(gap)
      const next = this.#take(quoted)
      if (next === '') {
        this.#at = back
        return whole
      }
      whole += unquoted(next)
    }
  }

  /** In brackets that mean nothing, or a list that cannot change. */
  #tuple(): PythonValue {
    const start = this.#at
    const values = this.#list(')')
    const inside = this.#text
      .slice(start + 1, this.#at - 1)
      .replace(/#[^\n]*/g, '')
      .trimEnd()
    return values.length === 1 && !inside.endsWith(',') ? values[0] : values
  }

  #list(end: string): readonly PythonValue[] {
    const values: PythonValue[] = []
    this.#members(end, () => values.push(this.#value(space)))
    return values
  }

  #dict(): PythonDict {
    const entries: [string, PythonValue][] = []
    this.#members('}', () => {
      const key = this.#value(space)
      this.#take(space)
      if (this.#text[this.#at] !== ':') throw new Unreadable('a dict has a colon behind each key')
      this.#at++
      this.#take(space)
      entries.push([String(key), this.#value(space)])
    })
    return Object.fromEntries(entries)
  }

  #members(end: string, read: () => void): void {
    this.#at++
    for (;;) {
      this.#take(space)
      if (this.#at >= this.#text.length) throw new Unreadable(`a "${end}" is missing`)
      if (this.#text[this.#at] === end) break
      read()
      this.#take(space)
      if (this.#text[this.#at] === ',') this.#at++
      else if (this.#text[this.#at] !== end) throw new Unreadable(`a comma or "${end}" is missing`)
    }
    this.#at++
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  #range(from: number, length: number): SourceRange {
    const before = this.#text.slice(0, from).split('\n')
    return {
      file: this.#file,
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      length: Math.max(1, length),
    }
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' }

function unquoted(literal: string): string {
  const raw = /^[rR]/.test(literal)
  const text = literal.replace(/^[uUrRbB]/, '')
  const marks = /^("""|''')/.test(text) ? 3 : 1
  const inside = text.slice(marks, -marks)
  return raw ? inside : inside.replace(/\\([\s\S])/g, (_, one: string) => escapes[one] ?? one)
}
