import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, existingPath, ownerFile, runHomes } from './places.ts'
import { asProcessIdentity, isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'

/** A running lab as others find it: `lab.json` in its run folder. */
export interface RunningLab {
  readonly name: string
  /** The lab file that it runs by, by its real path; undefined: it runs by others. */
  readonly file: string | undefined
  readonly process: ProcessIdentity
  /** Folders of state it holds; `--state` names one of them. */
  readonly folders: readonly string[]
  readonly controlSocket: string
}

export function controlSocketIn(runFolder: string): string {
  return join(runFolder, 'control.sock')
}

/** So that what a lab has left which was killed is found (`dead-labs.ts`). */
export function claimRunFolder(runFolder: string, name: string, folders: readonly string[]): void {
  const owner = { name, process: thisProcess(), folders: folders.map(existingPath) }
  writeFileSync(join(runFolder, ownerFile), `${JSON.stringify(owner)}\n`, { mode: 0o600 })
}

/** Written when every BMC answers, removed before the control socket closes. */
export function announce(
  runFolder: string,
  { name, file, locks }: { name: string; file: string | undefined; locks: readonly string[] },
): void {
  const lab = { name, file: file && existingPath(file), process: thisProcess(), folders: locks.map(existingPath) }
  writeFileSync(join(runFolder, 'lab.json'), `${JSON.stringify(lab)}\n`, { mode: 0o600 })
}

export function unannounce(runFolder: string): void {
  rmSync(join(runFolder, 'lab.json'), { force: true })
}

/** The lab that holds a state folder. */
export function labOn(folder: string, env: Environment): RunningLab | undefined {
  return runningLabs(env).find(({ folders }) => folders.includes(existingPath(folder)))
}

/** The labs of this user that run now; what a killed one left behind does not count. */
export function runningLabs(env: Environment): RunningLab[] {
  return runHomes(env)
    .flatMap((home) => entriesOf(home).map((name) => join(home, name)))
    .map(labIn)
    .filter((lab) => lab !== undefined)
    .filter((lab) => isRunning(lab.process))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function labIn(runFolder: string): RunningLab | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(runFolder, 'lab.json'), 'utf8'))
    if (typeof value !== 'object' || value === null) return undefined
    if (!('name' in value) || !('process' in value) || !('folders' in value)) return undefined
    const owner = asProcessIdentity(value.process)
    if (owner === undefined || typeof value.name !== 'string' || !Array.isArray(value.folders)) return undefined
    const folders = value.folders.filter((folder) => typeof folder === 'string')
    const file = 'file' in value && typeof value.file === 'string' ? value.file : undefined
    return { name: value.name, file, process: owner, folders, controlSocket: controlSocketIn(runFolder) }
  } catch {
    return undefined
  }
}
