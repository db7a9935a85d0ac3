import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Adds one line to `path`, mode 0600, in one write: after a kill at any moment the line is there or it is not. The file is
 * open only that long, so a thousand of them cost no descriptors. Where the disk is full it throws, and the piece of a
 * line that found room is taken back: the next line must not be glued to it.
 */
export function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'a', 0o600)
  try {
    const { size } = fstatSync(file)
    try {
      writeFileSync(file, `${line}\n`)
    } catch (error) {
      ftruncateSync(file, size)
      throw error
    }
  } finally {
    closeSync(file)
  }
}
