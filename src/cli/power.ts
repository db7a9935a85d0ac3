import { isPowerAction, type NodeStatus, powerActions } from '../app/node-status.ts'
import { messageOf } from '../base/errors.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { chosenNodes } from './chosen-nodes.ts'
import { UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'
import { askNodes, askPower, exitOf } from './node-statuses.ts'

/** What came of it for one node, as `--json` prints it. */
interface Outcome {
  readonly name: string
  readonly ok: boolean
  readonly power: 'on' | 'off' | null
  readonly error?: string
}

export async function power(
  io: Io,
  nodeSet: string,
  action: string,
  options: { json?: boolean; state?: string },
): Promise<number> {
  const words = [...Object.keys(powerActions), 'status']
  if (!words.includes(action)) {
    const swapped = words.includes(nodeSet) ? `; the nodes come first: bmcsim power ${action} ${nodeSet}` : ''
    throw new UsageError(`"${action}" is no power action (${words.join(', ')})${swapped}`)
  }
  const lab = findLab(options.state, io.env)
  const nodes = await askNodes(lab)
  const outcomes = await Promise.all(chosenNodes(nodeSet, nodes).map((name) => act(lab, nodes, name, action)))
  if (options.json) outJson(io, outcomes)
  for (const outcome of outcomes) {
    if (!outcome.ok) err(io, `${outcome.name}: ${outcome.error}`)
    else if (!options.json) out(io, `${outcome.name}: ${said(outcome, action)}`)
  }
  return exitOf(outcomes.every((outcome) => outcome.ok))
}

async function act(lab: RunningLab, nodes: readonly NodeStatus[], name: string, action: string): Promise<Outcome> {
  const known = nodes.find((node) => node.name === name)
  if (known === undefined) return { name, ok: false, power: null, error: `no such node in lab ${lab.name}` }
  if (!isPowerAction(action)) return { name, ok: true, power: known.power }
  try {
    const after = await askPower(lab, name, action)
    return { name, ok: true, power: after.power }
  } catch (error) {
    return { name, ok: false, power: null, error: messageOf(error) }
  }
}

/** The state after it; a soft shutdown is only asked for, the guest takes its time. */
function said(outcome: Outcome, action: string): string {
  return action === 'soft' && outcome.power === 'on' ? 'on (asked to shut down)' : String(outcome.power)
}
