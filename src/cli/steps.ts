import { standsIn } from '../app/machines.ts'
import type { NodeConfig } from '../config/config.ts'
import type { Applied } from '../lab/change.ts'
import type { Difference } from '../lab/differences.ts'
import { endpoint, renderTable } from './table.ts'

/** What is done to a lab: it is shown the same way before and after. */
export type Steps = Omit<Applied, 'notes'>

/** A line for each node, and for what else differs; empty where nothing is to be said. `nodes`: to say more of new ones. */
export function stepLines({ nodes: steps, networks, seeds }: Steps, nodes: readonly NodeConfig[] = []): string {
  const known = new Map(nodes.map((node) => [node.name, node]))
  const lines = [
    steps.length === 0
      ? ''
      : renderTable(steps.map((step) => [`${marks[step.action]} ${step.name}`, step.action, about(step, known)])),
    networks === 'change' ? '~ networks differ' : '',
    seeds === 'change' ? '~ seeds differ' : '',
  ]
  return lines.filter((line) => line !== '').join('\n')
}

/** Without the nodes that stay as they are. */
export function onlyChanges(steps: Steps): Steps {
  return { ...steps, nodes: steps.nodes.filter(({ action }) => action !== 'leave') }
}

/** For the terminal of the process in which the lab runs. */
export function changeText(steps: Steps, what: string): string {
  return `${what}: ${summary(steps.nodes, 'after')}\n${stepLines(onlyChanges(steps))}`
}

/** `1 to start, ...` before, `1 started, ...` after. */
export function summary(steps: readonly Difference[], when: 'before' | 'after'): string {
  const count = (...actions: Difference['action'][]) => steps.filter(({ action }) => actions.includes(action)).length
  const counts = [count('start', 'replace'), count('change'), count('leave'), count('stop')]
  return counts.map((number, i) => `${number} ${words[when][i]}`).join(', ')
}

const words = {
  before: ['to start', 'to change', 'as they are', 'to stop'],
  after: ['started', 'changed', 'as they were', 'stopped'],
} as const

const marks: Readonly<Record<Difference['action'], string>> = {
  start: '+',
  change: '~',
  leave: '=',
  stop: '-',
  replace: '*',
}

function about(step: Difference, nodes: ReadonlyMap<string, NodeConfig>): string {
  const node = nodes.get(step.name)
  if (step.action === 'change') {
    const restarts = step.parts.includes('machine') ? '; the machine restarts' : ''
    return `${step.parts.join(', ')}${restarts}`
  }
  if (step.action !== 'start' || node === undefined) return ''
  const [{ host, port }] = node.channels[0].addresses
  const kind = standsIn(node.machine) === undefined ? node.machine.kind : 'simulated'
  const address = port === 'auto' ? host : endpoint(host, port)
  const dhcp = node.channels[0].namespace?.dhcp
  return `BMC ${dhcp ? 'by DHCP' : address}, ${kind}, power ${node.machine.startNow ? 'on' : 'off'}`
}
