import { statSync } from 'node:fs'

/** What changes when somebody writes a file of that name, or another takes its place; null: there is none. */
export function fileFacts(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? null : `${found.size} ${found.mtimeMs} ${found.ino}`
}
