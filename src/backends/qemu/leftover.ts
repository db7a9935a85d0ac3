import { readFileSync, rmSync } from 'node:fs'
import { readIfThere } from '../../base/atomic-file.ts'
import type { Clock } from '../../base/clock.ts'
import { endKnown, type KnownProcess, runs } from '../../base/known-process.ts'
import type { Logger } from '../../base/logger.ts'
import { runFiles } from './options.ts'

/**
 * Ends a QEMU that an earlier process of ours left behind in `runDir` (it was killed before it could). The pid file is
 * believed only where /proc still shows the same start time and our own socket on the command line: a pid is soon
 * somebody else's. Returns whether there was one.
 */
export async function endLeftover(runDir: string, clock: Clock, log: Logger): Promise<boolean> {
  const files = runFiles(runDir)
  const noted = notedProcess(readIfThere(files.pid))
  const found = noted !== undefined && runs(noted) && commandLineOf(noted.pid).includes(files.qmp)
  if (noted && found) {
    log.warn({ pid: noted.pid, runDir }, 'ending a QEMU that an earlier run left behind')
    await endKnown(noted, clock)
  }
  for (const file of [files.pid, files.qmp, files.serial]) rmSync(file, { force: true })
  return found
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function notedProcess(text: string | undefined): KnownProcess | undefined {
  if (text === undefined) return undefined
  try {
    const noted: unknown = JSON.parse(text)
    if (typeof noted !== 'object' || noted === null || !('pid' in noted) || !('startTime' in noted)) return undefined
    const { pid, startTime } = noted
    return typeof pid === 'number' && pid > 1 && typeof startTime === 'number' ? { pid, startTime } : undefined
  } catch {
    return undefined
  }
}
