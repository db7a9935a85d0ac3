import { readdirSync } from 'node:fs'
import { type Clock, sleep } from '../../base/clock.ts'
import { errnoOf } from '../../base/errors.ts'
import { type KnownProcess, startTimeOf } from '../../base/known-process.ts'
import { statFields } from '../../base/process-counts.ts'

/**
 * The living processes of process group `id`. `known` are members seen before: as long as one of them lives no other
 * process is looked at, which keeps the question cheap on a host with thousands of processes.
 *
 * Zombies do not count: in a container whose first process reaps nobody, kill(2) finds them for ever.
 */
export function livingMembers(id: number, known: readonly number[]): number[] {
  if (!signalGroup(id, 0)) return []
  const still = known.filter((pid) => livesIn(pid, id))
  if (still.length > 0) return still
  return allMembers(id) ?? [id]
}

/** Every living process of the group. Undefined: no /proc (proc(5) is Linux), where kill's word is all there is. */
export function allMembers(id: number): number[] | undefined {
  return processes()?.filter((pid) => livesIn(pid, id))
}

/**
 * Those of a group whose first process is known, which may have ended: its number is nobody else's as long as one of the group lives.
 * None where it is another group by now.
 */
export function membersOf(first: KnownProcess): number[] {
  const startTime = startTimeOf(first.pid)
  if (startTime !== undefined && startTime !== first.startTime) return []
  // All that we start leads a session too, and who came later started later.
  const isOurs = (pid: number) =>
    Number(statFields(pid)?.[3]) === first.pid && (startTimeOf(pid) ?? 0) >= first.startTime
  return (allMembers(first.pid) ?? []).filter(isOurs)
}

/** Asks all of it to end, and makes them after `patienceMs`. */
export async function endMembers(first: KnownProcess, clock: Clock, patienceMs = 2000): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (membersOf(first).length === 0) return
    signalGroup(first.pid, signal)
    const deadline = clock.monotonic() + patienceMs
    while (membersOf(first).length > 0 && clock.monotonic() < deadline) await sleep(clock, 20)
  }
}

/** Sends `signal` to every process of the group; false when there is none. */
export function signalGroup(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-id, signal)
    return true
  } catch (error) {
    // Not permitted (a member that changed its user) means that somebody is there.
    return errnoOf(error) === 'EPERM'
  }
}

function processes(): number[] | undefined {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return undefined
  }
}

function livesIn(pid: number, group: number): boolean {
  // Behind the state and the parent (proc(5)).
  return Number(statFields(pid)?.[2]) === group
}
