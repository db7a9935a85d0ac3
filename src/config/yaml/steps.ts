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
}

/** `{name}` becomes the node's name and `{n}` its place in its set, from 1. */
export function fillIn(text: string, member: Member): string {
  return text.replaceAll('{name}', member.name).replaceAll('{n}', String(member.index + 1))
}

/** The same, and a range in brackets goes in step with the names: `127.10.0.[1-3]` for `cn[01-03]`. */
export function inStep(text: string, member: Member, at: SourceRange, problems: Problems): string | undefined {
  const filled = fillIn(text, member)
  if (!hasRanges(filled)) return filled
  try {
    const values = expandRanges(filled)
    if (values.length === member.count) return values[member.index]
    const nodes = member.count === 1 ? '1 node' : `${member.count} nodes`
    problems.add(at, `"${text}" gives ${values.length} values for ${nodes}; give one for each`)
  } catch (error) {
    problems.add(at, error instanceof NodeSetError ? error.reason : messageOf(error))
  }
  return undefined
}
