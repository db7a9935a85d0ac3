import { madeText } from '../app/undo.ts'
import { type DeadLab, deadLabs } from '../lab/dead-labs.ts'
import { type Environment, existingPath } from '../lab/places.ts'
import { type RunningLab, runningLabs } from '../lab/running-labs.ts'
import { NoLabError, UsageError } from './exit-code.ts'

/** The lab that a command means: the one on `--state` (or BMCSIM_STATE), else the only one that runs. */
export function findLab(state: string | undefined, env: Environment): RunningLab {
  const found = findAnyLab(state, env)
  if (!('left' in found)) return found
  throw new NoLabError(leftText(found))
}

/** Or one that is dead and has left something. */
export function findAnyLab(state: string | undefined, env: Environment): RunningLab | DeadLab {
  const labs = runningLabs(env)
  const wanted = state ?? env.BMCSIM_STATE
  if (wanted !== undefined && wanted !== '') {
    const folder = existingPath(wanted)
    const there = labs.filter((lab) => lab.folders.some((other) => other === folder || other.startsWith(`${folder}/`)))
    const none = `no lab runs on ${wanted}. Start one with: bmcsim up LAB.yaml --state ${wanted}`
    return theOne(there) ?? theDead(deadLabs(env, wanted), none)
  }
  const none = 'no lab is running. Start one with: bmcsim up LAB.yaml'
  return theOne(labs) ?? theDead(deadLabs(env), none)
}

function theOne(labs: readonly RunningLab[]): RunningLab | undefined {
  if (labs.length <= 1) return labs[0]
  const list = labs.map((lab) => `  ${lab.name} (pid ${lab.process.pid}): --state ${lab.folders[0]}`).sort()
  throw new UsageError(`${labs.length} labs are running; say which one:\n${list.join('\n')}`)
}

function theDead(labs: readonly DeadLab[], none: string): DeadLab {
  if (labs.length === 0) throw new NoLabError(none)
  if (labs.length === 1) return labs[0]
  const list = labs.map((lab) => `  ${lab.name} (pid ${lab.pid}): --state ${lab.folders[0]}`)
  throw new UsageError(`no lab is running, and ${labs.length} have left something; say which one:\n${list.join('\n')}`)
}

/** What a lab without a process looks like. */
export function leftText({ name, pid, folders, left }: DeadLab): string {
  const lines = left.map((made) => `  ${made.node === undefined ? '' : `${made.node}: `}${madeText(made)}`)
  return [
    `lab ${name} has no process any more (pid ${pid} is gone), and this of it is left:`,
    ...lines,
    `Go on with it by starting it again (bmcsim up), or take it away: bmcsim down --state ${folders[0]}`,
  ].join('\n')
}
