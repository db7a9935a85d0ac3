import { resolve } from 'node:path'
import { NO_KEY_FILE } from '../lab/key-file.ts'
import type { Io } from './io.ts'

/** `--key-file`, else BMCSIM_KEY_FILE, as a whole path; undefined where neither says anything. */
export function keyFileOption(io: Io, option: string | undefined): string | undefined {
  const chosen = option ?? (io.env.BMCSIM_KEY_FILE || undefined)
  return chosen === undefined || chosen === NO_KEY_FILE ? chosen : resolve(io.cwd, chosen)
}
