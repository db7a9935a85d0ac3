import { type Clock, sleep } from './clock.ts'
import { errnoOf } from './errors.ts'
import { statFields } from './process-counts.ts'

/** A process beyond doubt: a pid is soon somebody else's, and then its start time is another. Linux only. */
export interface KnownProcess {
  readonly pid: number
  /** In clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  readonly startTime: number
}

/** Undefined for no such process, or one that is only waited for. */
export function startTimeOf(pid: number): number | undefined {
  const fields = statFields(pid)
  return fields && Number(fields[19])
}

export function runs({ pid, startTime }: KnownProcess): boolean {
  return startTimeOf(pid) === startTime
}

/** Asks it, and the group that it leads, to end, and makes it after `patienceMs`. Returns whether it was there. */
export async function endKnown(known: KnownProcess, clock: Clock, patienceMs = 2000): Promise<boolean> {
  if (!runs(known)) return false
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    kill(known.pid, signal)
    const deadline = clock.monotonic() + patienceMs
    while (runs(known) && clock.monotonic() < deadline) await sleep(clock, 20)
    if (!runs(known)) break
  }
  return true
}

/** At once; nothing happens where it does not run any more. */
export function killKnown(known: KnownProcess): void {
  if (runs(known)) kill(known.pid, 'SIGKILL')
}

/** The group where it leads one, as all do that we start. */
function kill(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal)
      return
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error
    }
  }
}
