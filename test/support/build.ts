import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Builds dist/ once, for the tests that start the program as a user would. `BMCSIM_BUILT` says that it is fresh. */
export default function buildOnce(): void {
  if (process.env.BMCSIM_BUILT === '1') return
  execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: ['ignore', 'inherit', 'inherit'] })
  process.env.BMCSIM_BUILT = '1'
}
