import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

let home: string | undefined

/**
 * What HOME is for ipmitool 1.8.19: it reads a list of all makers at every start, which takes it longer than most of what it is asked.
 * The list of the user comes before the system's, and this one is short.
 */
export function ipmitoolHome(): string {
  if (home === undefined) {
    home = tempFolder()
    const folder = join(home, '.local/usr/share/misc')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'enterprise-numbers.txt'), 'Decimal\n\n0\n  Reserved\n    nobody\n      nobody\n')
  }
  return home
}
