import type { Io } from '../io.ts'
import { Live } from './live.ts'
import { isLive, lookOf } from './look.ts'
import { Plain } from './plain.ts'
import { type Progress, silent } from './progress.ts'

/** On a terminal a display that is redrawn, else a plain line for each step, and with JSON nothing. */
export function showProgress(io: Io, names: readonly string[], json = false): Progress {
  if (json) return silent
  return isLive(io.stderr, io.env) ? new Live(io.stderr, names, lookOf(io.stderr, io.env)) : new Plain(io.stderr)
}
