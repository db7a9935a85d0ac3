import type { LinkChange } from '../app/nics/nic.ts'
import type { NicStatus } from '../app/nics/node-nics.ts'
import { messageOf } from '../base/errors.ts'
import { delayMs, linkWords, lossPercent, rateBps } from '../config/link-words.ts'
import { didYouMean } from '../config/nearest.ts'
import { ask } from '../lab/control-client.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { nodesAndNic } from './chosen-nodes.ts'
import { UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'
import { askNodes, exitOf } from './node-statuses.ts'
import { renderTable } from './table.ts'

/** Shows the links of nodes, or changes them. */
export async function link(
  io: Io,
  text: string,
  words: readonly string[],
  options: { json?: boolean; state?: string },
): Promise<number> {
  const change = changeOf(words)
  const lab = findLab(options.state, io.env)
  const { names, nic } = nodesAndNic(text, await askNodes(lab))
  const answers = await Promise.allSettled(names.map((name) => askLinks(lab, name, nic, change)))
  const links = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (options.json) outJson(io, links)
  else if (links.length > 0) out(io, linkTable(links))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [messageOf(answer.reason)] : []))
  for (const failure of failures) err(io, failure)
  if (answers.length > 0 && links.length === 0 && failures.length === 0)
    err(io, 'no NIC there: a lab file gives nodes theirs by nics')
  return exitOf(failures.length === 0)
}

async function askLinks(
  lab: RunningLab,
  node: string,
  nic: number | undefined,
  change: LinkChange | undefined,
): Promise<NicStatus[]> {
  const path = `/nodes/${encodeURIComponent(node)}/links`
  const body = change && { ...change, ...(nic === undefined ? {} : { nic }) }
  const answer = await ask(lab.controlSocket, body === undefined ? 'GET' : 'POST', path, body)
  if (!Array.isArray(answer) || !answer.every(isNicStatus)) {
    throw new Error(`lab ${lab.name} gave an answer that this version of bmcsim does not know`)
  }
  const found = answer.filter((one) => nic === undefined || one.nic === nic)
  if (nic !== undefined && found.length === 0) throw new Error(`${node} has no NIC ${nic}`)
  return found
}

const verbs = ['up', 'down', 'delay=', 'jitter=', 'loss=', 'rate=']

/** What `down delay=100ms loss=1%` asks for; undefined where nothing is asked for. */
export function changeOf(words: readonly string[]): LinkChange | undefined {
  if (words.length === 0) return undefined
  return Object.assign({}, ...words.map(oneChange))
}

function oneChange(word: string): LinkChange {
  if (word === 'up' || word === 'down') return { up: word === 'up' }
  const [, key = word, value = ''] = /^(\w+)=(.*)$/.exec(word) ?? []
  switch (key) {
    case 'delay':
      return { delayMs: read(delayMs(value), linkWords.delay) }
    case 'jitter':
      return { jitterMs: read(delayMs(value), linkWords.jitter) }
    case 'loss':
      return { lossPercent: read(lossPercent(value), linkWords.loss) }
    case 'rate':
      return { rateBps: read(rateBps(value), linkWords.rate) }
    default:
      throw new UsageError(
        `"${word}" says nothing about a link (${verbs.join(', ')})${didYouMean(word, verbs).replace('="', '=..."')}`,
      )
  }
}

function read<T>(value: T | undefined, words: string): T {
  if (value === undefined) throw new UsageError(words)
  return value
}

function linkTable(links: readonly NicStatus[]): string {
  return renderTable([
    ['NIC', 'MAC', 'NETWORK', 'LINK', 'DELAY', 'LOSS', 'RATE', 'SENT', 'RECEIVED'],
    ...links.map((one) => [
      `${one.node}:${one.nic}`,
      one.mac,
      one.network,
      one.up ? 'up' : 'down',
      delayText(one),
      one.lossPercent === 0 ? '-' : `${one.lossPercent}%`,
      rateText(one.rateBps),
      one.sent === null ? '-' : String(one.sent.frames),
      one.received === null ? '-' : String(one.received.frames),
    ]),
  ])
}

function delayText({ delayMs: delay, jitterMs: jitter }: NicStatus): string {
  if (delay === 0 && jitter === 0) return '-'
  return jitter === 0 ? `${delay}ms` : `${delay}ms+-${jitter}ms`
}

function rateText(rate: number | null): string {
  if (rate === null) return '-'
  const [factor, letter] = units.find(([least]) => rate >= least) ?? [1, '']
  return `${Number((rate / factor).toFixed(3))}${letter}`
}

const units = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

function isNicStatus(value: unknown): value is NicStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['node', 'nic', 'mac', 'network', 'up', 'delayMs', 'sent'].every((key) => Object.hasOwn(value, key))
  )
}
