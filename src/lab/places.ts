import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
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
 * (macOS) or 108 bytes: `$XDG_RUNTIME_DIR/bmcsim`, else `/tmp/bmcsim-UID`. Both are looked through for labs, and so is what the
 * variable commonly is, since it is often set in one of a user's shells and missing in another. `BMCSIM_RUN_DIR` is the only place
 * where it is set.
 */
export function runHomes(env: Environment): readonly string[] {
  const own = env.BMCSIM_RUN_DIR
  if (own !== undefined && own !== '') return [resolve(own)]
  const xdg = env.XDG_RUNTIME_DIR
  const { uid } = userInfo()
  const usual = [`/tmp/bmcsim-${uid}`, ...(existsSync(`/run/user/${uid}`) ? [`/run/user/${uid}/bmcsim`] : [])]
  return xdg?.startsWith('/') && xdg.length <= 40 ? [...new Set([join(xdg, 'bmcsim'), ...usual])] : usual
}

/** In a run folder from its beginning to its end: whose it is. */
export const ownerFile = 'owner.json'

/**
 * Makes the run folder of the lab that is known by `keys` (its state folders), readable by its owner only. One that a killed process has
 * left is taken up where it is: VMs that go on have their sockets there.
 */
export function makeRunFolder(keys: readonly string[], env: Environment): string {
  const name = digest(keys.map(existingPath).join('\n')).slice(0, 10)
  const homes = runHomes(env)
  const home = homes.find((one) => existsSync(join(one, name, ownerFile))) ?? homes[0]
  makePrivate(home)
  const folder = join(home, name)
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
