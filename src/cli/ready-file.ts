import { renameSync, writeFileSync } from 'node:fs'
import type { NodeStatus } from '../app/node-status.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import type { WholeLab } from '../lab/whole-lab.ts'

/** Appears whole, with what `bmcsim ps --json` prints: whoever waits for the file may read it at once. */
export function writeReady(path: string, statuses: readonly NodeStatus[]): void {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(statuses, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch (error) {
    throw new SetupError(`cannot write the ready file ${path}: ${messageOf(error)}`, { cause: error })
  }
}

/** After a change, which nobody but `complain` hears of any more. */
export function rewriteReady(path: string, lab: Pick<WholeLab, 'status'>, complain: (why: string) => void): void {
  Promise.resolve(lab.status())
    .then((statuses) => writeReady(path, statuses))
    .catch((error: unknown) => complain(messageOf(error)))
}
