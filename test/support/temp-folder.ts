import { mkdtempSync, rmSync } from 'node:fs'
import { afterAll } from 'vitest'

const made: string[] = []
afterAll(removeTempFolders)
// Where all tests of a file are skipped, its hooks are not run, and Vitest ends its process by this signal.
process.once('SIGTERM', () => {
  removeTempFolders()
  process.kill(process.pid, 'SIGTERM')
})

/** For files that share this module: what stands outside of functions here runs with the first of them only. */
export function removeTempFolders(): void {
  for (const folder of made.splice(0)) {
    // Again, where something is being written as it goes.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** An empty folder that goes when the test file is done. Short, because unix socket paths may have 107 bytes. */
export function tempFolder(): string {
  const folder = mkdtempSync('/tmp/bmcsim-test-')
  made.push(folder)
  return folder
}
