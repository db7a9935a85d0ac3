import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from './errors.ts'

/** Replaces `path` in one step, mode 0600: after a kill at any moment the file holds the old text or the new, never half. */
export function writeAtomic(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.tmp`
  const file = openSync(temporary, 'w', 0o600)
  try {
    // Goes on after a short write and throws when the disk is full, where writeSync returns with half of it.
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}

/** The text of `path`, or undefined where there is no such file. Any other failure is thrown. */
export function readIfThere(path: string): string | undefined {
  // An error object costs far more than a look, and in a new lab every file is missing.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
