import { mkdtempSync, rmSync } from 'node:fs'
import { afterAll } from 'vitest'

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** An empty folder that goes when the test file is done. Short, because unix socket paths may have 107 bytes. */
export function tempFolder(): string {
  const folder = mkdtempSync('/tmp/bmcsim-test-')
  made.push(folder)
  return folder
}
