import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import { asProcessIdentity, isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'

/**
 * One process a state folder. The lock is a file that names its owner; an owner that is gone (a `kill -9`, a reboot) does
 * not count.
 */
export interface StateLock {
  /** The owner before this one has not released it: it was killed, or let go of its machines. */
  readonly wasHeld: boolean
  release(): void
}

/** Takes `<folder>/.lock`, making the folder when it is missing, or throws a SetupError that names the owner. */
export function lockState(folder: string): StateLock {
  const path = join(folder, '.lock')
  const me = thisProcess()
  const mine = `${path}.${me.pid}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(mine, `${JSON.stringify(me)}\n`, { mode: 0o600 })
  } catch (error) {
    throw new SetupError(
      `cannot keep state in ${folder}: ${messageOf(error)}. Choose a folder you may write to with --state DIR`,
      { cause: error },
    )
  }
  let wasHeld: boolean
  try {
    wasHeld = take(path, mine, folder)
  } finally {
    rmSync(mine, { force: true })
  }
  return {
    wasHeld,
    release() {
      const owner = ownerOf(path)
      if (owner?.pid === me.pid && owner.started === me.started) rmSync(path, { force: true })
    },
  }
}

/** Returns whether one that is gone still held it. */
function take(path: string, mine: string, folder: string): boolean {
  let wasHeld = false
  for (let tries = 0; tries < 5; tries++) {
    try {
      // Unlike a create, a link makes the lock appear with its contents, and fails when there is one.
      linkSync(mine, path)
      return wasHeld
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
    const owner = ownerOf(path)
    if (owner !== undefined && isRunning(owner)) {
      throw new SetupError(
        `${folder} is in use by bmcsim with pid ${owner.pid}. Stop that one (bmcsim down --state ${folder}, or kill ${owner.pid}), or choose another folder with --state DIR`,
      )
    }
    removeStale(path, `${mine}.stale`)
    wasHeld = true
  }
  throw new SetupError(`cannot take ${path}: others keep taking it. Start one bmcsim at a time on this folder`)
}

/** Moves a stale lock away; if another starter has put a live one there meanwhile, that one is put back. */
function removeStale(path: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw error
  }
  const moved = ownerOf(aside)
  if (moved !== undefined && isRunning(moved)) {
    try {
      linkSync(aside, path)
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
  }
  rmSync(aside, { force: true })
}

/** Who holds the folder, or was the last to hold it and was killed; undefined: it is free. */
export function lockOwner(folder: string): ProcessIdentity | undefined {
  return ownerOf(join(folder, '.lock'))
}

function ownerOf(path: string): ProcessIdentity | undefined {
  try {
    return asProcessIdentity(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
