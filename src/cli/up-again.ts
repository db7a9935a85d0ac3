import { resolve } from 'node:path'
import { SetupError } from '../base/errors.ts'
import type { NodeConfig } from '../config/config.ts'
import { isChange } from '../lab/lab-changes.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { existingPath } from '../lab/places.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { askChange, askDigest } from './ask-changes.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io, out, outJson } from './io.ts'
import { askNodes } from './node-statuses.ts'
import { writeReady } from './ready-file.ts'
import { onlyChanges, stepLines, summary } from './steps.ts'

export interface UpAgainOptions {
  /** As we have read the file. */
  readonly nodes: readonly NodeConfig[]
  readonly personality: string | undefined
  readonly json?: boolean
  readonly readyFile?: string
}

/**
 * `bmcsim up` where the lab runs already: its process reads the file again and makes what it says true. Its
 * mistakes were shown here, where it has been read before.
 */
export async function upAgain(
  io: Io,
  running: RunningLab,
  file: LabFile,
  { nodes, personality, json, readyFile }: UpAgainOptions,
): Promise<number> {
  const { pid } = running.process
  checkFile(running, file)
  // One that does not answer this would never answer the rest.
  await askDigest(running)
  const applied = await askChange(running, 'apply', { personality })
  const changed = isChange(applied)
  if (readyFile !== undefined) writeReady(resolve(io.cwd, readyFile), await askNodes(running))
  if (json) {
    outJson(io, { lab: running.name, state: file.state, pid, changed, ...applied })
    return ExitCode.ok
  }
  if (changed) {
    out(io, stepLines(onlyChanges(applied), nodes))
    out(io, `\n${running.name}: ${summary(applied.nodes, 'after')}; it runs with pid ${pid}`)
  } else out(io, `${running.name}: nothing to do, it runs with pid ${pid}`)
  for (const note of applied.notes) err(io, note)
  return ExitCode.ok
}

/** A state folder is one lab file's. */
export function checkFile(running: RunningLab, file: LabFile): void {
  if (running.file === existingPath(file.path)) return
  const { pid } = running.process
  throw new SetupError(
    `${file.state} is in use by bmcsim with pid ${pid}, which runs ${running.file ?? running.name}. Stop that one (bmcsim down --state ${file.state}, or kill ${pid}), or choose another folder with --state DIR`,
  )
}
