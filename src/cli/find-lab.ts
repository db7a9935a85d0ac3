import { type Environment, existingPath } from '../lab/places.ts'
import { type RunningLab, runningLabs } from '../lab/running-labs.ts'
import { NoLabError, UsageError } from './exit-code.ts'

/** The lab that a command means: the one on `--state` (or BMCSIM_STATE), else the only one that runs. */
export function findLab(state: string | undefined, env: Environment): RunningLab {
  const labs = runningLabs(env)
  const wanted = state ?? env.BMCSIM_STATE
  if (wanted !== undefined && wanted !== '') {
    const folder = existingPath(wanted)
    const there = labs.filter((lab) => lab.folders.some((other) => other === folder || other.startsWith(`${folder}/`)))
    return theOne(there, `no lab runs on ${wanted}. Start one with: bmcsim up LAB.yaml --state ${wanted}`)
  }
  return theOne(labs, 'no lab is running. Start one with: bmcsim up LAB.yaml')
}

function theOne(labs: readonly RunningLab[], none: string): RunningLab {
  if (labs.length === 0) throw new NoLabError(none)
  if (labs.length === 1) return labs[0]
  const list = labs.map((lab) => `  ${lab.name} (pid ${lab.process.pid}): --state ${lab.folders[0]}`)
  throw new UsageError(`${labs.length} labs are running; say which one:\n${list.join('\n')}`)
}
