import { makersCommandsMarkdown } from '../commands/oem/print.ts'
import { commandTableJson, commandTableMarkdown, commandTableText } from '../commands/print.ts'
import { ExitCode } from './exit-code.ts'
import { type Io, out } from './io.ts'

export function commands(io: Io, options: { json?: boolean; markdown?: boolean }): number {
  if (options.json) out(io, commandTableJson())
  else out(io, options.markdown ? commandTableMarkdown() + makersCommandsMarkdown() : commandTableText())
  return ExitCode.ok
}
