import type { ShapeProblem } from './issues.ts'

type Path = readonly PropertyKey[]

/** A part of an entry that has the wrong shape and was left out of what is read on. */
export interface Gone {
  readonly path: Path
  /** Something may be missing beside it: a key that is unknown, or one that was not written. */
  readonly isKey: boolean
}

/** An entry of a list is not taken out of it: those behind it would be looked for in its place. */
export function goneFrom({ path, key, missing }: ShapeProblem): Gone {
  const whole = key === undefined ? path : [...path, key]
  const last = whole.findLastIndex((step) => typeof step !== 'number')
  return { path: whole.slice(0, last + 1), isKey: key !== undefined || missing === true }
}

export function without(value: unknown, gone: readonly Gone[]): unknown {
  const rest = structuredClone(value)
  for (const { path } of gone) {
    const [last] = path.slice(-1)
    const parent = path.slice(0, -1).reduce<unknown>(child, rest)
    if (last !== undefined && typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, last)
  }
  return rest
}

function child(value: unknown, step: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined
}

/** Whether what is wrong at `path` may only be so because something is gone. */
export function isConsequence(path: Path, gone: readonly Gone[]): boolean {
  return gone.some((one) => begins(one.path, path) || (one.isKey && begins(path, one.path.slice(0, -1), 1)))
}

/** `path` begins with `start`, and has just `more` steps behind it where that is said. */
function begins(path: Path, start: Path, more?: number): boolean {
  return start.every((step, i) => path[i] === step) && (more === undefined || path.length === start.length + more)
}
