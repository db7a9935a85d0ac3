import { didYouMean } from '../nearest.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import type { TextEncoding } from '../text-file.ts'
import { isUuid, uuidToWire } from '../uuid.ts'
import type { LogicalLine } from './lines.ts'

/** What `define` has set; lan.conf and the .emu file share them. */
export type Variables = Map<string, string>

export interface Word {
  readonly text: string
  readonly at: SourceRange
  readonly fromVariable: boolean
}

const QUOTES = ['"', "'"]

/**
 * The words of one line, read from left to right. The language has three kinds of values (a plain word, a delimited
 * string, a byte string), and which one a place wants depends on the keyword: so the reader asks by kind. What is
 * wrong becomes a problem and `undefined`, and reading goes on: the rest of the line may be wrong too.
 */
export class Arguments {
  readonly line: LogicalLine
  readonly #variables: Variables
  readonly #encoding: TextEncoding
  readonly #problems: Problems
  #offset = 0
  #usage = ''
  #endReported = false
  /** .emu files only: `'c` is the number of a character. */
  readonly #characters: boolean

  constructor(
    line: LogicalLine,
    variables: Variables,
    encoding: TextEncoding,
    problems: Problems,
    options: { characters?: boolean } = {},
  ) {
    this.line = line
    this.#characters = options.characters === true
    this.#variables = variables
    this.#encoding = encoding
    this.#problems = problems
  }

  /** How the whole line is written; shown where something is missing. */
  set usage(usage: string) {
    this.#usage = usage
  }

  /** Reports a problem and gives undefined, so that a reader can return it. */
  wrong(at: SourceRange, message: string): undefined {
    this.#problems.add(at, message)
    return undefined
  }

  /** Nothing from here to the end of the line is to be shown. */
  hideRest(): void {
    const from = this.#skipBlanks()
    this.#problems.secret(this.line.place(from, this.line.text.length - from))
  }

  /**
   * The next plain word, or undefined at the end of the line or where a comment starts. An empty one stands for a variable
   * without a value, which has been reported.
   */
  word(): Word | undefined {
    const from = this.#skipBlanks()
    if (this.#atEnd(from)) return undefined
    const to = this.#wordEnd(from)
    this.#offset = to
    const text = this.line.text.slice(from, to)
    const at = this.line.place(from, to - from)
    if (!text.startsWith('$')) return { text, at, fromVariable: false }
    const value = this.#variable(text.slice(1), at)
    if (value === '') this.wrong(at, `variable ${text.slice(1)} is empty, and a value is wanted here`)
    return { text: value ?? '', at, fromVariable: true }
  }

  /** Everything left, as plain words. */
  words(): Word[] {
    const words: Word[] = []
    for (let word = this.word(); word !== undefined; word = this.word()) if (word.text !== '') words.push(word)
    return words
  }

  /** Where the next word starts, without reading it. */
  here(): SourceRange {
    const from = this.#skipBlanks()
    return this.#atEnd(from) ? this.line.end() : this.line.place(from, this.#wordEnd(from) - from)
  }

  get atEnd(): boolean {
    return this.#atEnd(this.#skipBlanks())
  }

  /** A word that has to be there. */
  required(what: string): Word | undefined {
    const word = this.word()
    if (word === undefined) return this.missing(what)
    return word.text === '' ? undefined : word
  }

  missing(what: string): undefined {
    if (this.#endReported) return undefined
    this.#endReported = true
    return this.wrong(this.line.end(), `${what} is missing; write: ${this.#usage}`)
  }

  /** A whole number as C writes it: 10, 0x0a, 012. */
  integer(what: string, least: number, most: number): number | undefined {
    const word = this.required(what)
    if (word === undefined) return undefined
    return this.number(word, what, least, most)
  }

  number(word: Word, what: string, least: number, most: number): number | undefined {
    const character = this.#characters && /^'[\x21-\x7e]$/.test(word.text)
    const value = character ? word.text.charCodeAt(1) : cInteger(word.text)
    if (value === undefined) {
      const octal = /^0\d+$/.test(word.text) ? ' (a leading zero means octal)' : ''
      return this.wrong(word.at, `${what} "${word.text}" is not a number${octal}; write ${least} to ${most}`)
    }
    if (value < least || value > most) {
      return this.wrong(word.at, `${what} ${word.text} is out of range; write ${least} to ${most}`)
    }
    return value
  }

  boolean(what: string): boolean | undefined {
    const word = this.required(what)
    if (word === undefined) return undefined
    const value = booleans.get(word.text.toLowerCase())
    if (value === undefined) return this.wrong(word.at, `${what} "${word.text}" is not a boolean; write true or false`)
    return value
  }

  /** One of some known words; case counts. */
  oneOf<W extends string>(what: string, known: readonly W[]): W | undefined {
    const word = this.required(what)
    if (word === undefined) return undefined
    return this.choose(word, what, known)
  }

  choose<W extends string>(word: Word, what: string, known: readonly W[]): W | undefined {
    const found = known.find((candidate) => candidate === word.text)
    if (found !== undefined) return found
    return this.wrong(
      word.at,
      `${what} "${word.text}" is not one of ${known.join(', ')}${didYouMean(word.text, known)}`,
    )
  }

  /**
   * A delimited string: pieces without blanks between them, each in double or single quotes or a variable. Nothing is
   * special inside quotes.
   */
  string(what: string): Word | undefined {
    const start = this.#skipBlanks()
    if (this.#atEnd(start)) return this.missing(what)
    const text = this.line.text
    if (!QUOTES.includes(text[start]) && text[start] !== '$') {
      const word = text.slice(start, this.#wordEnd(start))
      this.#offset = start + word.length
      return this.wrong(this.line.place(start, word.length), `${what} must be in quotes; write "${word}"`)
    }
    let value: string | undefined = ''
    let at = start
    for (;;) {
      if (QUOTES.includes(text[at])) {
        const close = text.indexOf(text[at], at + 1)
        if (close < 0) {
          this.#offset = text.length
          return this.wrong(this.line.place(at, text.length - at), `${what} has no closing ${text[at]} on this line`)
        }
        value = value === undefined ? undefined : value + text.slice(at + 1, close)
        at = close + 1
      } else if (text[at] === '$') {
        const end = at + 1 + (/[ \t\r"'$]|$/.exec(text.slice(at + 1))?.index ?? 0)
        const piece = this.#variable(text.slice(at + 1, end), this.line.place(at, end - at))
        value = value === undefined || piece === undefined ? undefined : value + piece
        at = end
      } else {
        break
      }
    }
    this.#offset = at
    if (value === undefined) return undefined
    return { text: value, at: this.line.place(start, at - start), fromVariable: false }
  }

  /**
   * A user name or a password: text in quotes (up to `size` bytes; blanks are fine), or 32 hex digits, or twice `size`. A
   * variable's value needs no quotes.
   */
  bytes(what: string, size: number, options: { secret?: boolean } = {}): Uint8Array | undefined {
    const found = this.#byteWord(what, options.secret === true)
    if (found === undefined) return undefined
    const { text, at, quoted, fromVariable } = found
    if (quoted) return this.#ascii(text, what, size, at)
    const digits = hexDigits(text, size)
    if (digits !== undefined) return digits
    if (fromVariable) return this.#ascii(text, what, size, at)
    return this.wrong(at, `${what} must be text in quotes or ${hexForm(size)}`)
  }

  /**
   * 16 GUID bytes. Hex digits are sent as written; with dashes it is a UUID, sent so that a guest's SMBIOS shows the same text.
   */
  guid(): Uint8Array | undefined {
    const found = this.#byteWord('GUID', false)
    if (found === undefined) return undefined
    const { text, at, quoted } = found
    if (isUuid(text)) return uuidToWire(text)
    const value = quoted ? this.#ascii(text, 'GUID', 16, at) : hexDigits(text, 16)
    if (value !== undefined) return padded(value, 16)
    if (quoted) return undefined
    return this.wrong(
      at,
      `GUID "${text}" is neither 32 hex digits nor a UUID; write 00112233445566778899aabbccddeeff or 00112233-4455-6677-8899-aabbccddeeff`,
    )
  }

  /** K_g, 20 bytes: 40 hex digits, or text in quotes. Shorter ones are filled with zeros. */
  key(what: string): Uint8Array | undefined {
    const value = this.bytes(what, 20, { secret: true })
    return value === undefined ? undefined : padded(value, 20)
  }

  #byteWord(what: string, secret: boolean): (Word & { quoted: boolean }) | undefined {
    const from = this.#skipBlanks()
    if (this.#atEnd(from)) return this.missing(what)
    const text = this.line.text
    const quote = text[from]
    if (!QUOTES.includes(quote)) {
      if (secret && quote !== '$') this.#problems.secret(this.line.place(from, this.#wordEnd(from) - from))
      const word = this.required(what)
      if (word === undefined) return undefined
      const inner = /^(["'])(.*)\1$/.exec(word.text)
      return inner === null ? { ...word, quoted: false } : { ...word, text: inner[2], quoted: true }
    }
    // The closing quote is the one before a blank: a quote inside a password is part of it.
    let close = text.indexOf(quote, from + 1)
    while (close >= 0 && close + 1 < text.length && !/[ \t\r]/.test(text[close + 1]))
      close = text.indexOf(quote, close + 1)
    const to = close < 0 ? text.length : close + 1
    const at = this.line.place(from, to - from)
    if (secret) this.#problems.secret(at)
    this.#offset = to
    if (close < 0) return this.wrong(at, `${what} has no closing ${quote} on this line`)
    return { text: text.slice(from + 1, close), at, fromVariable: false, quoted: true }
  }

  #ascii(text: string, what: string, size: number, at: SourceRange): Uint8Array | undefined {
    const bytes = Uint8Array.from(Buffer.from(text, this.#encoding))
    if (bytes.length <= size) return bytes
    return this.wrong(at, `${what} has ${bytes.length} bytes; IPMI has room for ${size}`)
  }

  #variable(name: string, at: SourceRange): string | undefined {
    const value = this.#variables.get(name)
    if (value !== undefined) return value
    if (name === '') return this.wrong(at, 'a variable name is missing after $')
    const others = didYouMean(name, [...this.#variables.keys()])
    return this.wrong(
      at,
      `variable ${name} is not defined${others || `; write before this line: define ${name} "..."`}`,
    )
  }

  #skipBlanks(): number {
    while (this.#offset < this.line.text.length && /[ \t\r]/.test(this.line.text[this.#offset])) this.#offset++
    return this.#offset
  }

  /** `#` starts no value of any kind: what follows is a comment. */
  #atEnd(offset: number): boolean {
    return offset >= this.line.text.length || this.line.text[offset] === '#'
  }

  #wordEnd(from: number): number {
    return from + (/[ \t\r]|$/.exec(this.line.text.slice(from))?.index ?? 0)
  }
}

const booleans = new Map([
  ...['true', 'on', 'yes', '1'].map((word) => [word, true] as const),
  ...['false', 'off', 'no', '0'].map((word) => [word, false] as const),
])

/** What C's strtoul reads with base 0 (ISO C17 §7.22.1.4), if it reads all of it. */
export function cInteger(text: string): number | undefined {
  const match = /^\+?(?:0[xX]([0-9a-fA-F]{1,8})|(0[0-7]{0,10})|([1-9]\d{0,9}))$/.exec(text)
  if (match === null) return undefined
  const [, hex, octal, decimal] = match
  if (hex !== undefined) return Number.parseInt(hex, 16)
  return octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal)
}

function hexDigits(text: string, size: number): Uint8Array | undefined {
  if (!/^[0-9a-f]+$/i.test(text) || (text.length !== 32 && text.length !== size * 2)) return undefined
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

function hexForm(size: number): string {
  return size === 16 ? '32 hex digits' : `${size * 2} hex digits`
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  const whole = new Uint8Array(size)
  whole.set(bytes)
  return whole
}
