import { writeFileSync } from 'node:fs'
import { run } from './process.ts'

const ENTRY_BYTES = 24
const TABLE_AT = 32

/**
 * What dmidecode says of the structures of one type in a table that a Linux guest has in /sys/firmware/dmi/tables/DMI. The entry point in front is
 * of our own, with a version since which dmidecode reads all of type 42: QEMU says 2.8.
 */
export async function dmidecode(file: string, table: Buffer, type: number): Promise<string> {
  const dump = Buffer.alloc(TABLE_AT + table.length)
  // SMBIOS 3.6 §5.2.2
  dump.write('_SM3_', 'latin1')
  dump.set([ENTRY_BYTES, 3, 2, 0, 1], 6)
  dump.writeUInt32LE(table.length, 12)
  dump.writeUInt32LE(TABLE_AT, 16)
  dump[5] = -dump.subarray(0, ENTRY_BYTES).reduce((sum, byte) => sum + byte, 0) & 0xff
  table.copy(dump, TABLE_AT)
  writeFileSync(file, dump)
  const { code, stdout, stderr } = await run('dmidecode', ['--from-dump', file, '-t', String(type)])
  if (code !== 0) throw new Error(`dmidecode ended with ${code}: ${stderr}`)
  return stdout
}

/** The structures of one type, without their strings (SMBIOS 3.6 §6.1). */
export function structures(table: Buffer, type: number): readonly Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + 4 <= table.length; ) {
    const end = at + table[at + 1]
    if (table[at] === type) found.push(table.subarray(at, end))
    const strings = table.indexOf('\0\0', end, 'latin1')
    if (strings < 0 || end === at) break
    at = strings + 2
  }
  return found
}
