import { messageOf } from '../../base/errors.ts'
import { expandRanges, hasRanges, NodeSetError } from '../node-set.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'

/** Which node of its set an entry is being read for. */
export interface Member {
  readonly name: string
  /** From 0. */
  readonly index: number
  /** How many nodes the set has. */
  readonly count: number
  /** Of a pool's node. */
  readonly number?: number
}

/** The values of the last few texts: a set's nodes ask one after another for the same. */
export class RangeValues {
  readonly #known = new Map<string, readonly string[]>()

  of(text: string): readonly string[] {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const values = expandRanges(text)
    if (this.#known.size >= MOST_TEXTS) this.#known.clear()
    this.#known.set(text, values)
    return values
  }
}

/** An entry has an address, a MAC, a GUID; a text with {name} in it is another for each node. */
const MOST_TEXTS = 8

/**
 * `{name}` becomes the node's name and `{n}` its place in its set, from 1; in a pool `{n}` is its number. `{nn}` has two digits at
 * least, `{nnn}` three; `{hex}` is one byte of a MAC, `{hex2}` two (`01:2c`).
 */
export function fillIn(text: string, member: Member): string {
  const number = member.number ?? member.index + 1
  return text
    .replaceAll('{name}', member.name)
    .replaceAll(/\{(n{1,3})\}/g, (_, { length }: string) => String(number).padStart(length, '0'))
    .replaceAll('{hex}', number.toString(16).padStart(2, '0'))
    .replaceAll(
      '{hex2}',
      number
        .toString(16)
        .padStart(4, '0')
        .replace(/(?=..$)/, ':'),
    )
}

/** The same, and a range in brackets goes in step with the names: `127.10.0.[1-3]` for `cn[01-03]`. */
export function inStep(
  text: string,
  member: Member,
  at: SourceRange,
  problems: Problems,
  ranges: RangeValues,
): string | undefined {
  const filled = fillIn(text, member)
  if (!hasRanges(filled)) return filled
  try {
    const values = ranges.of(filled)
    if (values.length === member.count) return values[member.index]
    const nodes = member.count === 1 ? '1 node' : `${member.count} nodes`
    problems.add(at, `"${text}" gives ${values.length} values for ${nodes}; give one for each`)
  } catch (error) {
    problems.add(at, error instanceof NodeSetError ? error.reason : messageOf(error))
  }
  return undefined
}
