import type { NodeStatus } from '../app/node-status.ts'
import { ask } from '../lab/control-client.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { ExitCode } from './exit-code.ts'

/** The nodes of a running lab. Both ends are the same program, but not always the same version of it: the shape is looked at. */
export async function askNodes(lab: RunningLab): Promise<NodeStatus[]> {
  const answer = await ask(lab.controlSocket, 'GET', '/nodes')
  if (!Array.isArray(answer) || !answer.every(isNodeStatus)) throw new Error(mismatch(lab))
  return answer
}

export async function askPower(lab: RunningLab, node: string, action: string): Promise<NodeStatus> {
  const answer = await ask(lab.controlSocket, 'POST', `/nodes/${encodeURIComponent(node)}/power`, { action })
  if (!isNodeStatus(answer)) throw new Error(mismatch(lab))
  return answer
}

function isNodeStatus(value: unknown): value is NodeStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['name', 'power', 'machine', 'bmc', 'console'].every((key) => Object.hasOwn(value, key))
  )
}

function mismatch(lab: RunningLab): string {
  return `lab ${lab.name} (pid ${lab.process.pid}) gave an answer that this version of bmcsim does not know`
}

export const exitOf = (allWell: boolean): number => (allWell ? ExitCode.ok : ExitCode.failure)
