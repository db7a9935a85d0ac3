import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for configuration files. Test files of one process have it one after another: each finds it empty. */
export const configFolder = join(tmpdir(), `bmcsim-config-${process.pid}`)

/** Called before each test file (`each-file.ts`). */
export function ownConfigFolder(): void {
  mkdirSync(configFolder, { recursive: true })
  afterAll(() => rmSync(configFolder, { recursive: true, force: true }))
}
