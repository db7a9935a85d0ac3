import { SetupError } from '../base/errors.ts'
import type { Applied } from '../lab/change.ts'
import { ask } from '../lab/control-client.ts'
import type { LabDigest } from '../lab/differences.ts'
import type { RunningLab } from '../lab/running-labs.ts'

/** How long a lab may take to say what it is: it answers at once, or never. */
const PATIENCE_MS = 5_000

/** What a running lab is made of. */
export async function askDigest(lab: RunningLab): Promise<LabDigest> {
  try {
    const answer = await ask(lab.controlSocket, 'GET', '/digest', undefined, PATIENCE_MS)
    if (isDigest(answer)) return answer
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    const { pid } = lab.process
    throw new SetupError(`lab ${lab.name} (pid ${pid}): ${error.message}, or end it: kill ${pid}`, { cause: error })
  }
  throw new Error(mismatch(lab))
}

/** Resolves when it is done, which takes as long as machines take to end. */
export async function askChange(
  lab: RunningLab,
  verb: 'apply' | 'create' | 'remove',
  wish: { readonly nodes?: readonly unknown[]; readonly personality?: string | undefined },
): Promise<Applied> {
  const answer = await ask(lab.controlSocket, 'POST', `/${verb}`, wish)
  if (isApplied(answer)) return answer
  throw new Error(mismatch(lab))
}

function isDigest(value: unknown): value is LabDigest {
  return (
    typeof value === 'object' && value !== null && 'networks' in value && 'nodes' in value && Array.isArray(value.nodes)
  )
}

function isApplied(value: unknown): value is Applied {
  return (
    typeof value === 'object' &&
    value !== null &&
    'notes' in value &&
    Array.isArray(value.notes) &&
    'nodes' in value &&
    Array.isArray(value.nodes)
  )
}

function mismatch(lab: RunningLab): string {
  return `lab ${lab.name} (pid ${lab.process.pid}) gave an answer that this version of bmcsim does not know`
}
