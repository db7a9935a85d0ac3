import { type AbsentCommand, absentCommands } from './absent.ts'
import { type Command, commandNumber } from './command.ts'
import { commandTable } from './table.ts'

/** The command table for people and scripts: `bmcsim commands`, and docs/commands.md. What is not here is told with why. */

interface Row extends Pick<Command, 'netFn' | 'cmd' | 'group' | 'name' | 'privilege' | 'door' | 'spec'> {
  /** Undefined: the command is here. */
  readonly reason: string | undefined
}

const headings = ['NetFn', 'Cmd', 'Name', 'Privilege', 'Door', 'Section'] as const

const here: readonly Row[] = commandTable.map((row) => ({ ...row, reason: undefined }))
const absent: readonly Row[] = absentCommands.map((row: AbsentCommand) => ({ ...row, group: undefined }))
const all = [...here, ...absent].sort((a, b) => commandNumber(a) - commandNumber(b))

export function commandTableText(): string {
  const rows = [
    [...headings, 'Here'],
    ...all.map((row) => [...cells(row), row.reason === undefined ? 'yes' : `no: ${row.reason}`]),
  ]
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

export function commandTableMarkdown(): string {
  return [
    '# Commands\n\n',
    'Every IPMI command that bmcsim answers, and behind them those of Appendix G that it deliberately does not have. Any\n',
    'other number gets completion code C1h, as those do. Sections are those of IPMI 2.0 rev 1.1, and of DCMI 1.5 where a second\n',
    'byte stands behind the NetFn: the defining body, first byte of the data. Written by `bmcsim commands --markdown`; do not\n',
    'edit.\n\n',
    ...markdownTable(headings, here.map(cells)),
    '\n## Not here\n\n',
    ...markdownTable(
      [...headings, 'Reason'],
      absent.map((row) => [...cells(row), row.reason ?? '']),
    ),
  ].join('')
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`)
}

export function commandTableJson(): string {
  const rows = all.map(({ netFn, group, cmd, name, privilege, door, spec, reason }) => {
    return { netFn, group, cmd, name, privilege, door, section: spec, implemented: reason === undefined, reason }
  })
  return `${JSON.stringify(rows, undefined, 2)}\n`
}

function cells({ netFn, group, cmd, name, privilege, door, spec }: Row): readonly string[] {
  return [
    group === undefined ? hexByte(netFn) : `${hexByte(netFn)} ${hexByte(group)}`,
    hexByte(cmd),
    name,
    privilege,
    door,
    spec,
  ]
}

function hexByte(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(2, '0')}h`
}
