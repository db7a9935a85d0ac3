import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Environment } from '../lab/places.ts'
import { shellWord } from './table.ts'

/**
 * How a person calls this very program in another terminal: `bmcsim` where that is what the PATH finds, else node with the
 * path of the script. A folder that only npm put into the PATH (`npm start`, `npx`) is not in the other terminal's.
 */
export function invocation(script: string, env: Environment): string {
  const real = realOf(script)
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '' || folder.includes('node_modules')) continue
    const found = realOf(join(folder, 'bmcsim'))
    if (found === undefined) continue
    return found === real ? 'bmcsim' : `node ${shellWord(script)}`
  }
  return `node ${shellWord(script)}`
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
