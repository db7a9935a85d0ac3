/**
 * Node sets as people who run clusters write them: `cn[01-03],login,gpu[1,3-5]`, `[0-10/2]` for every second one. A leading
 * zero asks for numbers of equal width. Several brackets in a name give every combination, the last one turning fastest.
 */

const MAX_NAMES = 10_000
const MAX_DIGITS = 9

/** What is wrong with a node set, and where in it. */
export class NodeSetError extends Error {
  readonly reason: string
  /** From 1. */
  readonly column: number
  readonly length: number
  constructor(text: string, at: number, length: number, reason: string) {
    super(`node set "${text}", column ${at + 1}: ${reason}`)
    this.name = 'NodeSetError'
    this.reason = reason
    this.column = at + 1
    this.length = Math.max(1, length)
  }
}

/** The names that a node set stands for, in its order, each once. */
export function expandNodeSet(text: string): string[] {
  const names = new Set<string>()
  for (const { from, to } of elements(text)) {
    const blanksBefore = text.slice(from, to).search(/\S|$/)
    const element = text.slice(from, to).trim()
    const at = from + blanksBefore
    if (element === '') throw new NodeSetError(text, Math.min(at, to), 1, 'a name is missing here')
    checkName(text, at, element)
    for (const name of expandAt(text, at, element)) names.add(name)
    if (names.size > MAX_NAMES) throw new NodeSetError(text, 0, text.length, `more than ${MAX_NAMES} names`)
  }
  return [...names]
}

/**
 * Every value of a text with number ranges in brackets. Other brackets (an IPv6 address) stay as they are; so does a
 * comma outside of brackets, and a value that comes twice comes twice.
 */
export function expandRanges(text: string): string[] {
  return expandAt(text, 0, text)
}

export function hasRanges(text: string): boolean {
  return RANGES.test(text)
}

const RANGES = /\[[0-9,/-]+\]/

/** Splits at commas outside of brackets. */
function elements(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  let from = 0
  let open = -1
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '[') {
      if (open >= 0) throw new NodeSetError(text, at, 1, 'a bracket inside brackets; close the first one with ]')
      open = at
    } else if (character === ']') {
      if (open < 0) throw new NodeSetError(text, at, 1, 'this ] has no [ before it')
      open = -1
    } else if (character === ',' && open < 0) {
      found.push({ from, to: at })
      from = at + 1
    }
  }
  if (open >= 0)
    throw new NodeSetError(text, open, text.length - open, 'this [ is never closed; write ] after the range')
  found.push({ from, to: text.length })
  return found
}

/** Outside of brackets a name has letters, digits, dots, dashes and underscores; inside there must be a range. */
function checkName(text: string, at: number, element: string): void {
  for (const { index, 0: part } of element.matchAll(/\[[^\]]*\]|[^[\]]+/g)) {
    if (part.startsWith('[')) {
      if (part === '[]') throw new NodeSetError(text, at + index, 2, 'nothing between the brackets; write [1-3]')
      const wrong = part.slice(1, -1).search(/[^0-9,/-]/)
      if (wrong >= 0) {
        throw new NodeSetError(text, at + index + 1 + wrong, 1, 'only numbers, like [01-03], [1,4] or [0-8/2]')
      }
      continue
    }
    const wrong = part.search(/[^A-Za-z0-9._-]/)
    if (wrong >= 0) {
      const reason = 'a node name has letters, digits, dots, dashes and underscores only'
      throw new NodeSetError(text, at + index + wrong, 1, reason)
    }
  }
}

function expandAt(text: string, at: number, element: string): string[] {
  let values = ['']
  let end = 0
  for (const { index, 0: part } of element.matchAll(new RegExp(RANGES, 'g'))) {
    const before = element.slice(end, index)
    const numbers = expandRange(text, at + index + 1, part.slice(1, -1))
    if (values.length * numbers.length > MAX_NAMES) {
      throw new NodeSetError(text, at + index, part.length, `more than ${MAX_NAMES} names`)
    }
    values = values.flatMap((value) => numbers.map((number) => value + before + number))
    end = index + part.length
  }
  return values.map((value) => value + element.slice(end))
}

/** `1,3-5,010-020/5`, without the brackets. */
function expandRange(text: string, at: number, range: string): string[] {
  const numbers: string[] = []
  let from = at
  for (const part of range.split(',')) {
    for (const number of expandPart(text, from, part)) numbers.push(number)
    if (numbers.length > MAX_NAMES) throw new NodeSetError(text, at, range.length, `more than ${MAX_NAMES} names`)
    from += part.length + 1
  }
  return numbers
}

function expandPart(text: string, at: number, part: string): string[] {
  const wrong = (reason: string) => new NodeSetError(text, at, part.length, reason)
  const match = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/.exec(part)
  if (match === null) throw wrong('write a number, FIRST-LAST or FIRST-LAST/STEP')
  const [, first, last = first, step = '1'] = match
  if (Math.max(first.length, last.length, step.length) > MAX_DIGITS)
    throw wrong(`numbers have up to ${MAX_DIGITS} digits`)
  if (Number(step) === 0) throw wrong('a step of 0 never arrives; write 1 or more')
  if (Number(last) < Number(first)) throw wrong('the last number is smaller than the first; swap them')
  const padded = (first.length > 1 && first.startsWith('0')) || (last.length > 1 && last.startsWith('0'))
  if (padded && first.length !== last.length) {
    throw wrong(`"${first}" and "${last}" differ in width; give both the same number of digits`)
  }
  if ((Number(last) - Number(first)) / Number(step) >= MAX_NAMES) throw wrong(`more than ${MAX_NAMES} names`)
  const numbers: string[] = []
  for (let number = Number(first); number <= Number(last); number += Number(step)) {
    numbers.push(String(number).padStart(padded ? first.length : 0, '0'))
  }
  return numbers
}
