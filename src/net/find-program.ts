import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where administration programs are, also for a user who does not have them in PATH. */
export const administration: readonly string[] = ['/usr/sbin', '/sbin', '/usr/local/sbin']

/** The whole path of a program of this machine. */
export function findProgram(
  name: string,
  path = process.env.PATH ?? '',
  also: readonly string[] = administration,
): string | undefined {
  return [...path.split(':').filter((folder) => folder !== ''), ...also]
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
