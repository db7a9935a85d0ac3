import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packageFolder } from '../../base/package-folder.ts'

/** Where those are that come with bmcsim. */
export const shippedFolder = join(packageFolder, 'nodes', 'personalities')
const SERVER_FILE = 'personality.yaml'

/** What a node has that names no other. */
export const defaultPersonality = 'generic'

/** The personalities that come with bmcsim. */
export function personalityNames(): string[] {
  return readdirSync(shippedFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isPersonality(entry.name))
    .map(({ name }) => name)
    .sort()
}

function isPersonality(name: string): boolean {
  return name !== '..' && existsSync(join(shippedFolder, name, SERVER_FILE))
}

/** The folder of one of ours, or of the user's own where a path is written; undefined where we have none of that name. */
export function personalityFolder(written: string, cwd: string): string | undefined {
  if (written.includes('/')) return resolve(cwd, written)
  return isPersonality(written) ? join(shippedFolder, written) : undefined
}
