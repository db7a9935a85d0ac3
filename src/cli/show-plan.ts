import { standsIn } from '../app/machines.ts'
import type { LabConfig, NodeConfig } from '../config/config.ts'
import { ask } from '../lab/control-client.ts'
import { type Difference, differences, type LabDigest, labDigest } from '../lab/differences.ts'
import { existingPath } from '../lab/places.ts'
import { type RunningLab, runningLabs } from '../lab/running-labs.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io, out, outJson } from './io.ts'
import { endpoint, renderTable } from './table.ts'

/** `bmcsim up --plan`: what is there to be started, changed, left and stopped. It does none of it. */
export async function showPlan(io: Io, lab: string, config: LabConfig, state: string, json = false): Promise<number> {
  const running = runningLabs(io.env).find(({ folders }) => folders.includes(existingPath(state)))
  const before = running && (await digestOf(running))
  const wanted = labDigest(config.nodes, config.networks)
  const steps = differences(before, wanted)
  const networks = before !== undefined && before.networks !== wanted.networks
  if (json) {
    outJson(io, {
      lab,
      state,
      pid: running?.process.pid ?? null,
      networks: networks ? 'change' : 'leave',
      nodes: steps,
    })
    return ExitCode.ok
  }
  const nodes = new Map(config.nodes.map((node) => [node.name, node]))
  if (steps.length > 0)
    out(io, renderTable(steps.map((step) => [`${marks[step.action]} ${step.name}`, step.action, about(step, nodes)])))
  if (networks) out(io, '~ networks differ')
  out(io, `\n${lab}: ${summary(steps)}`)
  if (running !== undefined && (networks || steps.some(({ action }) => action !== 'leave'))) {
    err(
      io,
      `It runs with pid ${running.process.pid}: end it with bmcsim down --state ${state}, then bmcsim up starts what the file says.`,
    )
  }
  return ExitCode.ok
}

const marks: Readonly<Record<Difference['action'], string>> = { start: '+', change: '~', leave: '=', stop: '-' }

function about(step: Difference, nodes: ReadonlyMap<string, NodeConfig>): string {
  const node = nodes.get(step.name)
  if (step.action === 'change') return step.parts.join(', ')
  if (step.action !== 'start' || node === undefined) return ''
  const [{ host, port }] = node.channels[0].addresses
  const kind = standsIn(node.machine) === undefined ? node.machine.kind : 'simulated'
  const address = port === 'auto' ? host : endpoint(host, port)
  const dhcp = node.channels[0].namespace?.dhcp
  return `BMC ${dhcp ? 'by DHCP' : address}, ${kind}, power ${node.machine.startNow ? 'on' : 'off'}`
}

function summary(steps: readonly Difference[]): string {
  const count = (action: Difference['action']) => steps.filter((step) => step.action === action).length
  return `${count('start')} to start, ${count('change')} to change, ${count('leave')} as they are, ${count('stop')} to stop`
}

async function digestOf(lab: RunningLab): Promise<LabDigest> {
  const answer = await ask(lab.controlSocket, 'GET', '/digest')
  if (isDigest(answer)) return answer
  throw new Error(`lab ${lab.name} (pid ${lab.process.pid}) gave an answer that this version of bmcsim does not know`)
}

function isDigest(value: unknown): value is LabDigest {
  return (
    typeof value === 'object' && value !== null && 'networks' in value && 'nodes' in value && Array.isArray(value.nodes)
  )
}
