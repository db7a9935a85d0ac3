import type { Command } from './command.ts'
import { commandTable } from './table.ts'

/** The command table for people and scripts: `bmcsim commands`, and docs/commands.md. */

const headings = ['NetFn', 'Cmd', 'Name', 'Privilege', 'Door', 'Section'] as const

export function commandTableText(): string {
  const rows = [headings, ...commandTable.map(cells)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
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
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`
  return [
    '# Commands\n\n',
    'Every IPMI command that bmcsim answers; any other gets completion code C1h. Sections are those of IPMI 2.0 rev 1.1,\n',
    'and of DCMI 1.5 where a second byte stands behind the NetFn: the defining body, first byte of the data.\n',
    'Written by `bmcsim commands --markdown`; do not edit.\n\n',
    line(headings),
    line(headings.map(() => '---')),
    ...commandTable.map((row) => line(cells(row))),
  ].join('')
}

export function commandTableJson(): string {
  const rows = commandTable.map(({ netFn, group, cmd, name, privilege, door, spec }) => {
    return { netFn, group, cmd, name, privilege, door, section: spec }
  })
  return `${JSON.stringify(rows, undefined, 2)}\n`
}

function cells({ netFn, group, cmd, name, privilege, door, spec }: Command): readonly string[] {
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
