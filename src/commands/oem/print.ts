import { oemNames } from '../../bmc/command-choice.ts'
import { oemCommands } from '../table.ts'

/** The makers' commands for docs/commands.md, behind the standard ones. */
export function makersCommandsMarkdown(): string {
  const rows = oemNames.flatMap((maker) =>
    oemCommands[maker]
      .toSorted((a, b) => a.netFn - b.netFn || a.cmd - b.cmd)
      .map(
        ({ netFn, cmd, name, privilege }) =>
          `| ${hexByte(netFn)} | ${hexByte(cmd)} | ${name} | ${privilege} | ${maker} |\n`,
      ),
  )
  return [
    "\n## Makers' commands\n\n",
    'Answered only by a BMC whose personality has them (`oem.commands`, see personalities.md), some in the place of the\n',
    'standard one of the same number.\n\n',
    '| NetFn | Cmd | Name | Privilege | Maker |\n| --- | --- | --- | --- | --- |\n',
    ...rows,
  ].join('')
}

function hexByte(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(2, '0')}h`
}
