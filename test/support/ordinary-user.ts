import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

/** `nobody` on Debian. */
const NOBODY = 65534
const root = join(import.meta.dirname, '../..')

/**
 * bmcsim as an ordinary user runs it. Where root runs the tests, that is nobody, in a mount namespace of its own in which this
 * repository can be read and /dev/net/tun can be opened, as on most machines.
 */
export interface OrdinaryUser {
  /** Its own. */
  readonly folder: string
  /** What starts `bmcsim ARGS`. */
  command(...args: readonly string[]): readonly string[]
}

export function ordinaryUser(env: Readonly<Record<string, string>>): OrdinaryUser {
  const folder = tempFolder()
  if (process.getuid?.() !== 0) {
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    return { folder, command: (...args) => ['env', ...words, process.execPath, join(root, 'dist/main.js'), ...args] }
  }
  const [places, own] = [join(folder, 'places'), join(folder, 'own')]
  mkdirSync(join(places, 'repository'), { recursive: true })
  writeFileSync(join(places, 'node'), '', { mode: 0o755 })
  execFileSync('mknod', ['-m', '666', join(places, 'tun'), 'c', '10', '200'])
  mkdirSync(own, { mode: 0o700 })
  for (const path of [folder, own]) chownSync(path, NOBODY, NOBODY)
  const script = `
    mount --bind '${places}/tun' /dev/net/tun
    mount --bind '${root}' '${places}/repository'
    mount --bind '${process.execPath}' '${places}/node'
    cd '${own}'
    exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups "$@"`
  const words = Object.entries({ HOME: own, PATH: '/usr/local/bin:/usr/bin:/bin', ...env }).map(
    ([name, value]) => `${name}=${value}`,
  )
  const program = [`${places}/node`, `${places}/repository/dist/main.js`]
  return {
    folder: own,
    command: (...args) => [
      ...['unshare', '--mount', '--propagation', 'private', 'sh', '-e', '-c', script, 'sh'],
      ...['env', '-i', ...words, ...program, ...args],
    ],
  }
}
