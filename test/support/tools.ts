import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * True where `command` is installed. Where it is not: in CI (`CI=true`) that is a failure; for a person the tests that
 * need it are skipped, loudly, with the name of the Debian package that has it. Use it as
 * `describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('...', ...)`.
 */
export function requireTool(command: string, debianPackage: string): boolean {
  return isThere(findTool(command) !== undefined, command, debianPackage)
}

/** The same for a file that is no command. */
export function requireFile(path: string, debianPackage: string): boolean {
  return isThere(existsSync(path), path, debianPackage)
}

function isThere(there: boolean, what: string, debianPackage: string): boolean {
  if (there) return true
  const words = `${what} is not installed (Debian package ${debianPackage}: apt install ${debianPackage})`
  if (process.env.CI === 'true') throw new Error(words)
  process.stderr.write(`\n*** SKIPPED: ${words} ***\n\n`)
  return false
}

/** The full path of a command: PATH first, then the folders that an ordinary user's PATH leaves out. */
export function findTool(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin']
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, command))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
