import type { z } from 'zod'
import { didYouMean } from '../nearest.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** What a value should have been, in words. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
}

/** One thing that is wrong with the shape of an entry: where, and in our words. */
export interface ShapeProblem {
  readonly path: Path
  /** The key itself is meant, not its value. */
  readonly key?: string
  /** `path` is where a key should be. */
  readonly missing?: boolean
  readonly message: string
}

/** Says what zod found so that a person knows what to write instead. `value` is the entry that was looked at. */
export function explain(issue: Issue, value: unknown, knownKeys: (path: Path) => readonly string[]): ShapeProblem[] {
  const { path } = issue
  const name = keyName(path)
  const found = valueAt(value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = knownKeys(path)
        const hint = didYouMean(key, known) || elsewhere(key, known, knownKeys) || `; known here: ${known.join(', ')}`
        return { path, key, message: `unknown key "${key}"${hint}` }
      })
    case 'invalid_type': {
      if (found === undefined) return [{ path: path.slice(0, -1), missing: true, message: `"${name}" is missing` }]
      const expected = kinds[issue.expected] ?? issue.expected
      const quotes = issue.expected === 'string' && typeof found !== 'object' ? '; put it in quotes' : ''
      return [{ path, message: `${name} must be ${expected}${quotes}` }]
    }
    case 'invalid_value': {
      const values = issue.values.map(String)
      if (found === undefined) {
        const message = `"${name}" is missing; write one of ${values.join(', ')}`
        return [{ path: path.slice(0, -1), missing: true, message }]
      }
      const said = typeof found === 'object' ? '' : ` "${String(found)}"`
      return [
        { path, message: `${name}${said} is not one of ${values.join(', ')}${didYouMean(String(found), values)}` },
      ]
    }
    case 'too_small':
      if (issue.origin === 'string') return [{ path, message: `${name} is empty` }]
      return [{ path, message: `${name} must be at least ${issue.minimum}` }]
    case 'too_big':
      if (issue.origin === 'array') return [{ path, message: `${name} has more than ${issue.maximum} entries` }]
      return [{ path, message: `${name} must be at most ${issue.maximum}` }]
    default:
      return [{ path, message: issue.message }]
  }
}

/** A key that belongs into one of the groups here: `memory` into `machine`. And one of YAML 1.1 that is none in 1.2. */
function elsewhere(key: string, known: readonly string[], knownKeys: (path: Path) => readonly string[]): string {
  if (key === '<<') return '; YAML 1.2 has no merge keys: what nodes share goes under defaults'
  const group = known.find((one) => groups.includes(one) && knownKeys([one]).includes(key))
  return group === undefined ? '' : `; it goes under ${group}`
}

const groups: readonly string[] = ['machine', 'bmc']

/** The key that a path ends in; an entry of a list is called by the list. */
function keyName(path: Path): string {
  const last = path.findLast((step) => typeof step === 'string')
  if (last === undefined) return 'this'
  return typeof path[path.length - 1] === 'number' ? `an entry of ${String(last)}` : String(last)
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value
  for (const step of path) {
    if (typeof found === 'string') return found
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, step)
  }
  return found
}
