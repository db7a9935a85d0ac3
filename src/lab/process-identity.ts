import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { errnoOf } from '../base/errors.ts'

/**
 * A process beyond doubt: its number and when it started, since numbers are used again. `started` is compared, never
 * read: clock ticks after boot on Linux, a date elsewhere.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly started: string
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) ?? '' }
}

/** Whether exactly that process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0)
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') return false
  }
  const started = startOf(identity.pid)
  return started !== undefined && started === identity.started
}

/** Reads what `thisProcess` gave from JSON that somebody may have damaged. */
export function asProcessIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined
  const { pid, started } = value
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || typeof started !== 'string') return undefined
  return { pid, started }
}

/** The process groups led by our direct children: what a forced end has to kill. Empty where there is no /proc. */
export function childGroups(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(Number(name)))
      .filter((stat) => stat !== undefined)
      .filter((stat) => stat.parent === process.pid && stat.group === stat.pid)
      .map((stat) => stat.pid)
  } catch {
    return []
  }
}

function startOf(pid: number): string | undefined {
  const stat = statOf(pid)
  if (stat !== undefined) return stat.zombie ? undefined : stat.started
  if (process.platform === 'linux') return undefined
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}

/** proc(5), /proc/PID/stat: the program name in parentheses may hold anything, so fields are counted behind it. */
function statOf(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return {
      pid,
      zombie: fields[0] === 'Z' || fields[0] === 'X',
      parent: Number(fields[1]),
      group: Number(fields[2]),
      started: fields[19],
    }
  } catch {
    return undefined
  }
}
