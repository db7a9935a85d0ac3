import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isLeft, type Undone, undoAll } from '../app/undo.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { FileLedger, type Made, tidyLedger } from '../base/ledger.ts'
import { ledgerIn } from './ledgers.ts'
import { type Environment, existingPath, ownerFile, runHomes, stateHome } from './places.ts'
import { lockAll } from './plan.ts'
import { asProcessIdentity, isRunning, type ProcessIdentity } from './process-identity.ts'
import { lockOwner } from './state-lock.ts'

/** A lab whose process is gone without having taken everything away that it made. */
export interface DeadLab {
  readonly name: string
  readonly pid: number
  /** Of its state. */
  readonly folders: readonly string[]
  readonly runFolder: string | undefined
  /** What is there still, as far as that can be said without looking at the network. */
  readonly left: readonly Made[]
}

/** Those on a state folder, or all of this user's. */
export function deadLabs(env: Environment, state?: string): DeadLab[] {
  const folder = state === undefined ? undefined : existingPath(state)
  const isMeant = (lab: DeadLab) =>
    folder === undefined || lab.folders.some((other) => other === folder || other.startsWith(`${folder}/`))
  const known = runHomes(env).flatMap((home) => namesIn(home).flatMap((name) => deadIn(join(home, name)) ?? []))
  const meant = known.filter(isMeant)
  const seen = new Set(known.flatMap(({ folders }) => folders))
  // Where the run folder is lost, or was another: the state folder alone tells less, and enough.
  const home = stateHome(env)
  const others = folder === undefined ? namesIn(home).map((name) => existingPath(join(home, name))) : [folder]
  const found = others.filter((other) => !seen.has(other)).flatMap((other) => deadAt(other) ?? [])
  return [...meant, ...found].filter(({ left }) => left.length > 0)
}

/** Takes away what it left. Throws a SetupError where another process has begun on its folders meanwhile. */
export async function undoDeadLab(
  { folders, runFolder }: DeadLab,
  clock: Clock = systemClock,
): Promise<readonly Undone[]> {
  const lock = lockAll(folders)
  try {
    const undone: Undone[] = []
    for (const path of folders.map(ledgerIn)) {
      undone.push(...(await undoAll(new FileLedger(path), clock)))
      tidyLedger(path)
    }
    if (runFolder !== undefined) rmSync(runFolder, { recursive: true, force: true })
    return undone
  } finally {
    lock.release()
  }
}

function deadIn(runFolder: string): DeadLab | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(runFolder, ownerFile), 'utf8'))
    if (typeof value !== 'object' || value === null) return undefined
    if (!('name' in value) || !('process' in value) || !('folders' in value)) return undefined
    const owner = asProcessIdentity(value.process)
    if (owner === undefined || typeof value.name !== 'string' || !Array.isArray(value.folders)) return undefined
    return dead(
      value.name,
      owner,
      value.folders.filter((folder) => typeof folder === 'string'),
      runFolder,
    )
  } catch {
    return undefined
  }
}

function deadAt(folder: string): DeadLab | undefined {
  const owner = lockOwner(folder)
  if (owner === undefined || !existsSync(ledgerIn(folder))) return undefined
  return dead(basename(folder), owner, [folder], undefined)
}

/** Undefined: it lives, or another one that has its folders now. */
function dead(
  name: string,
  owner: ProcessIdentity,
  folders: readonly string[],
  runFolder: string | undefined,
): DeadLab | undefined {
  const owners = [owner, ...folders.flatMap((folder) => lockOwner(folder) ?? [])]
  if (owners.some(isRunning)) return undefined
  const made = folders.flatMap((folder) => new FileLedger(ledgerIn(folder)).made)
  return { name, pid: owner.pid, folders, runFolder, left: made.filter(isLeft) }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
