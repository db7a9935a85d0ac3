import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { folderName, ownDiskIn } from '../app/folders.ts'
import { forgetCreated, readCreatedList } from './created-list.ts'
import { lockState } from './state-lock.ts'

/** What a node keeps in its folder: by any of these it is known. */
const kept = ['state.json', 'sel.log', 'console.log', 'disk.qcow2']

/** The nodes that have something in a state folder, or were created on it. */
export function namesIn(stateFolder: string): string[] {
  const created = readCreatedList(stateFolder).map(({ name }) => name)
  const known = new Set(created.map(folderName))
  const entries = existsSync(stateFolder) ? readdirSync(stateFolder) : []
  const folders = entries.filter((entry) => kept.some((file) => existsSync(join(stateFolder, entry, file))))
  const others = folders.filter((folder) => !folder.startsWith('.') && !known.has(folder))
  return [...created, ...others.map(nameOfFolder)]
}

/** The other way round than `folderName`. */
function nameOfFolder(folder: string): string {
  try {
    return decodeURIComponent(folder)
  } catch {
    return folder
  }
}

/** Whether a node has written to a disk of its own there. */
export function hasDisk(stateFolder: string, name: string): boolean {
  return existsSync(ownDiskIn(join(stateFolder, folderName(name))))
}

/** Of a lab that does not run. Throws a SetupError where it does. */
export function removeStopped(stateFolder: string, names: readonly string[]): void {
  const lock = lockState(stateFolder)
  try {
    forgetCreated(stateFolder, names)
    for (const name of names) rmSync(join(stateFolder, folderName(name)), { recursive: true, force: true })
  } finally {
    lock.release()
  }
}
