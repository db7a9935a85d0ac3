import { networkText } from '../app/privileges.ts'
import type { LabConfig, NetworkConfig } from '../config/config.ts'
import { differences, labDigest } from '../lab/differences.ts'
import { isChange } from '../lab/lab-changes.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { existingPath } from '../lab/places.ts'
import { labOn } from '../lab/running-labs.ts'
import { askDigest } from './ask-changes.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io, out, outJson } from './io.ts'
import { stepLines, summary } from './steps.ts'

/** `bmcsim up --plan`: what is there to be started, changed, left and stopped. It does none of it. */
export async function showPlan(io: Io, file: LabFile, config: LabConfig, json = false): Promise<number> {
  const { name: lab, state } = file
  const running = labOn(state, io.env)
  const before = running && (await askDigest(running))
  const { nodes, networks, seeds, redfish } = config
  const wanted = labDigest({ nodes: nodes.map((config) => ({ config })), networks, seeds, redfish })
  const differs = (key: 'networks' | 'seeds' | 'redfish') =>
    before !== undefined && before[key] !== wanted[key] ? 'change' : 'leave'
  const steps = { nodes: differences(before, wanted), networks: differs('networks'), seeds: differs('seeds') } as const
  // As it will be: what of it is there already is only seen when it is made.
  const host = before === undefined || steps.networks === 'change' ? hostChanges(networks) : []
  if (json) {
    outJson(io, { lab, state, pid: running?.process.pid ?? null, ...steps, redfish: differs('redfish'), host })
    return ExitCode.ok
  }
  const lines = stepLines(steps, nodes)
  if (lines !== '') out(io, lines)
  for (const line of host) out(io, `${before === undefined ? '+' : '~'} ${line}`)
  out(io, `\n${lab}: ${summary(steps.nodes, 'before')}`)
  if (differs('redfish') === 'change') {
    err(
      io,
      `The "redfish" of all nodes differs, which needs another start: bmcsim down --state ${state}, then bmcsim up.`,
    )
    return ExitCode.ok
  }
  if (running === undefined || !isChange(steps)) return ExitCode.ok
  const { pid } = running.process
  if (running.file === existingPath(file.path)) err(io, `It runs with pid ${pid}; bmcsim up without --plan changes it.`)
  else err(io, `${running.name} runs there with pid ${pid}: end it with bmcsim down --state ${state}, then bmcsim up.`)
  return ExitCode.ok
}

/** What is done to this machine for the networks. */
function hostChanges(networks: readonly NetworkConfig[]): string[] {
  return networks
    .filter(({ kind }) => kind === 'bridge' || kind === 'isolated')
    .map((network) => `network ${network.name}: ${networkText(network)}`)
}
