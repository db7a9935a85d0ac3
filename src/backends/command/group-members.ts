import { readdirSync } from 'node:fs'
import { errnoOf } from '../../base/errors.ts'
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
