import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Where our package.json lies, with nodes/ and dist/ beside it: from src/, from the few files that dist/ has, and where npm
 * installed it. A path inside the package begins here, whatever file the asking module has become part of.
 */
export const packageFolder = above(import.meta.dirname)

function above(folder: string): string {
  const parent = dirname(folder)
  if (existsSync(join(folder, 'package.json'))) return folder
  if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}; install bmcsim again`)
  return above(parent)
}
