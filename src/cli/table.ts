import type { NodeStatus } from '../app/node-status.ts'

/** Columns as wide as their widest cell, two blanks between them, none at the end of a line. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function nodeTable(nodes: readonly NodeStatus[]): string {
  // None of an ipmi_sim's nodes has Redfish.
  const redfish = nodes.some((node) => node.redfish !== null)
  return renderTable([
    ['NODE', 'BMC', ...(redfish ? ['REDFISH'] : []), 'USER', 'POWER', 'MACHINE', 'CONSOLE'],
    ...nodes.map((node) => [
      node.name,
      endpoint(node.bmc.address, node.bmc.port) + (node.bmc.source === 'dhcp' ? ' (dhcp)' : ''),
      ...(redfish ? [node.redfish ?? '-'] : []),
      node.bmc.user === null ? '-' : node.bmc.user || '""',
      node.power,
      node.machine,
      node.console.device,
    ]),
  ])
}

export function endpoint(address: string, port: number): string {
  if (address === '') return '-'
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A word as `sh` reads it back. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
