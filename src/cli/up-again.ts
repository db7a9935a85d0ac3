import { SetupError } from '../base/errors.ts'
import type { NodeConfig } from '../config/config.ts'
import { isChange } from '../lab/lab-changes.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { existingPath } from '../lab/places.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { askChange, askDigest } from './ask-changes.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io, out, outJson } from './io.ts'
import { onlyChanges, stepLines, summary } from './steps.ts'

/**
 * `bmcsim up` where the lab runs already: its process reads the file again and makes what it says true. `nodes`: as we
 * have read it, so that its mistakes were shown here.
 */
export async function upAgain(
  io: Io,
  running: RunningLab,
  file: LabFile,
  {
    nodes,
    personality,
    json = false,
  }: { nodes: readonly NodeConfig[]; personality: string | undefined; json?: boolean | undefined },
): Promise<number> {
  const { pid } = running.process
  checkFile(running, file)
  // One that does not answer this would never answer the rest.
  await askDigest(running)
  const applied = await askChange(running, 'apply', { personality })
  const changed = isChange(applied)
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
