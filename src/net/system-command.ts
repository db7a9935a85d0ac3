import { execFile } from 'node:child_process'
import { BmcError } from '../base/errors.ts'

/** What is used here answers at once or not at all. */
const TIMEOUT_MS = 5_000

/** Where distributions keep what is for root; the PATH of others has it not always. */
const SYSTEM_FOLDERS = '/usr/sbin:/sbin'

/** Runs a program of the system with `args` and gives its standard output; rejects with a BmcError that has its words. */
export type SystemCommand = (args: readonly string[], input?: string) => Promise<string>

export function systemCommand(program: string, debianPackage: string): SystemCommand {
  return (args, input) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:${SYSTEM_FOLDERS}`, LC_ALL: 'C' }
      const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', env } as const
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout)
          return
        }
        const name = debianPackage === program ? program : `${program} (of ${debianPackage})`
        const missing =
          error.code === 'ENOENT' || error.code === 'EACCES'
            ? `${name} is not installed (Debian package ${debianPackage})`
            : undefined
        const said = missing ?? (stderr.trim().replace(/\.$/, '').split('\n').join('; ') || error.message)
        reject(new BmcError('wrong-state', `${[program, ...args].join(' ')}: ${said}`, { cause: error }))
      })
      // A program that is not there, or that ends before it has read all, says so by its status.
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })
}
