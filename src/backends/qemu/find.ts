import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path that `program` would be started from, or undefined where there is no such program. */
export function findQemu(program: string): string | undefined {
  if (program.includes('/')) return executable(program) ? program : undefined
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(executable)
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** What to tell a user who has no such QEMU. */
export function missing(program: string): string {
  return `${program} is not on this machine: install it (Debian, Ubuntu: apt-get install ${packageOf(program)}), or give the path of another QEMU`
}

/** The Debian package that holds a QEMU system emulator. */
export function packageOf(program: string): string {
  const target = /qemu-system-([a-z0-9_]+)$/.exec(program)?.[1] ?? 'x86_64'
  if (target === 'x86_64' || target === 'i386') return 'qemu-system-x86'
  if (target === 'aarch64' || target === 'arm') return 'qemu-system-arm'
  return 'qemu-system'
}
