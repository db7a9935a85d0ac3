import { readFileSync, rmSync } from 'node:fs'
import { readIfThere } from '../../base/atomic-file.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import { errnoOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { statFields } from '../../base/process-counts.ts'
import { runFiles } from './options.ts'

/**
 * Ends a QEMU that an earlier process of ours left behind in `runDir` (it was killed before it could). The pid file is
 * believed only where /proc still shows the same start time and our own socket on the command line: a pid is soon
 * somebody else's. Returns whether there was one.
 */
export async function endLeftover(runDir: string, clock: Clock, log: Logger): Promise<boolean> {
  const files = runFiles(runDir)
  const noted = notedProcess(readIfThere(files.pid))
  const isOurs = () => noted !== undefined && startTimeOf(noted.pid) === noted.startTime
  const found = noted !== undefined && isOurs() && commandLineOf(noted.pid).includes(files.qmp)
  if (noted && found) {
    log.warn({ pid: noted.pid, runDir }, 'ending a QEMU that an earlier run left behind')
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      kill(noted.pid, signal)
      const deadline = clock.monotonic() + 2000
      while (isOurs() && clock.monotonic() < deadline) await sleep(clock, 20)
      if (!isOurs()) break
    }
  }
  for (const file of [files.pid, files.qmp, files.serial]) rmSync(file, { force: true })
  return found
}

/** Start time in clock ticks since boot, field 22 (proc(5)); undefined for no such process, or one that is only waited for. */
export function startTimeOf(pid: number): number | undefined {
  const fields = statFields(pid)
  return fields && Number(fields[19])
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function notedProcess(text: string | undefined): { pid: number; startTime: number } | undefined {
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

/** The group where it leads one, as our own QEMUs do. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}
