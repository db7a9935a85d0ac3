import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { SetupError } from '../base/errors.ts'

/** Where a lab keeps things; computed from the environment, so that `bmcsim ps` finds what `bmcsim up` made. */
export type Environment = Readonly<Record<string, string | undefined>>

/** `$XDG_STATE_HOME/bmcsim`, else `~/.local/state/bmcsim` (XDG Base Directory Specification 0.8). */
export function stateHome(env: Environment): string {
  const xdg = env.XDG_STATE_HOME
  return join(xdg?.startsWith('/') ? xdg : join(env.HOME || homedir(), '.local', 'state'), 'bmcsim')
}

/** A lab's name is its file's; two files of one name in different folders are two labs. */
export function labName(labFile: string): string {
  return basename(labFile, extname(labFile))
}

export function defaultStateFolder(labFile: string, env: Environment): string {
  const whole = existingPath(labFile)
  return join(stateHome(env), `${labName(labFile)}-${digest(whole).slice(0, 6)}`)
}

/**
 * Sockets and what does not outlive the process go to a short path, since a unix socket's whole path has a limit of 104
 * (macOS) or 108 bytes: `$XDG_RUNTIME_DIR/bmcsim`, else `/tmp/bmcsim-UID`. Both are looked through for running labs, since
 * the variable is often set in one of a user's shells and missing in another. `BMCSIM_RUN_DIR` is the only place where it
 * is set.
 */
export function runHomes(env: Environment): readonly string[] {
  const own = env.BMCSIM_RUN_DIR
  if (own !== undefined && own !== '') return [resolve(own)]
  const xdg = env.XDG_RUNTIME_DIR
  const shared = `/tmp/bmcsim-${userInfo().uid}`
  return xdg?.startsWith('/') && xdg.length <= 40 ? [join(xdg, 'bmcsim'), shared] : [shared]
}

/** Makes the run folder of the lab that is known by `keys` (its state folders), readable by its owner only. */
export function makeRunFolder(keys: readonly string[], env: Environment): string {
  const home = runHomes(env)[0]
  makePrivate(home)
  const folder = join(home, digest(keys.map(existingPath).join('\n')).slice(0, 10))
  makePrivate(folder)
  return folder
}

/** /tmp is everybody's: a folder there that another user prepared for us is refused. */
function makePrivate(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch {
    // It is there already, or lstat says what is wrong.
  }
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0) {
    throw new SetupError(
      `${folder} must be a folder of yours with mode 0700 and is not. Remove it, or name a private folder in BMCSIM_RUN_DIR`,
    )
  }
}

/** The same folder by every name: symbolic links and relative paths resolved where it exists. */
export function existingPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
