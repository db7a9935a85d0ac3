import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Adds one line to `path`, mode 0600, in one write: after a kill at any moment the line is there or it is not. The file is
 * open only that long, so a thousand of them cost no descriptors.
 */
export function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'a', 0o600)
  try {
    writeSync(file, `${line}\n`)
  } finally {
    closeSync(file)
  }
}
