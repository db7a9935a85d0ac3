import { BmcError, messageOf, SetupError } from '../base/errors.ts'
import { renderConfigError } from '../config/render.ts'
import { ConfigError } from '../config/source.ts'
import { ControlError } from '../lab/control-client.ts'
import { ExitCode, NoLabError, UsageError } from './exit-code.ts'

/** What to print for an error, and the status to leave with. A stack only for those who asked for debug logging. */
export function report(error: unknown, debug: boolean): { text: string; code: number } {
  if (error instanceof ConfigError) return { text: renderConfigError(error), code: ExitCode.usage }
  const code =
    error instanceof UsageError ? ExitCode.usage : error instanceof NoLabError ? ExitCode.noLab : ExitCode.failure
  const expected =
    error instanceof UsageError ||
    error instanceof SetupError ||
    error instanceof BmcError ||
    error instanceof ControlError
  const lines = messageOf(error)
    .split('\n')
    .map((line) => `bmcsim: ${line}`)
  if (!expected) lines.push('bmcsim: this is a mistake in bmcsim; please report it with what --log-level debug shows')
  if (debug && error instanceof Error && error.stack !== undefined) lines.push(error.stack)
  return { text: lines.join('\n'), code }
}
