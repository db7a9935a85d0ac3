import { hex } from '../../src/base/bytes.ts'
import type { Command } from '../../src/commands/command.ts'
import { findCommand } from '../../src/commands/table.ts'
import { NetFn } from '../../src/ipmi/net-fn.ts'
import { readPackets } from './packet-file.ts'

/**
 * Golden commands as annotated hex text, one file for each network function. A block, ended by an empty line, is what is said
 * to a BMC just made; its last request is the one that the block is about, those before lead there:
 *
 *     # Delete SEL Entry (31.8, Operator)
 *     > 0a 42              NetFn, command, data
 *     < 00 01 00           completion code, data
 *     > 0a 46 01 00 01 00
 *     < 00 01 00
 */
export interface GoldenBlock {
  /** Comment lines in front: the first names the command, the others are the reader's. */
  readonly comments: readonly string[]
  readonly exchanges: readonly Exchange[]
}

export interface Exchange {
  readonly netFn: number
  readonly cmd: number
  readonly data: Uint8Array
  /** Completion code and data as hex; undefined where it was not captured yet. */
  readonly answer: string | undefined
}

export function readBlocks(text: string): GoldenBlock[] {
  return text
    .split(/\n\s*\n/)
    .map(readBlock)
    .filter(({ exchanges }) => exchanges.length > 0)
}

function readBlock(text: string): GoldenBlock {
  const exchanges: Exchange[] = []
  for (const { from, bytes } of readPackets(text)) {
    const last = exchanges.at(-1)
    if (from === 'console') {
      exchanges.push({ netFn: bytes[0], cmd: bytes[1], data: bytes.subarray(2), answer: undefined })
    } else if (last !== undefined) {
      exchanges[exchanges.length - 1] = { ...last, answer: hex(bytes) }
    }
  }
  return { comments: text.split('\n').filter((line) => line.startsWith('# ')), exchanges }
}

/** `answers` as they are now, one for each request of the block. */
export function writeBlock(block: GoldenBlock, answers: readonly Uint8Array[]): string {
  const lines = block.exchanges.flatMap((exchange, i) => {
    const { netFn, cmd, data } = exchange
    const row = rowOf(exchange)
    const [completionCode, ...rest] = answers[i]
    const meaning = completionCode === 0 ? describe(row, 'response', Uint8Array.from(rest)) : ''
    return [
      noted(`> ${hex(Uint8Array.of(netFn, cmd, ...data))}`, describe(row, 'request', data)),
      noted(`< ${hex(answers[i])}`, meaning),
    ]
  })
  return `${[...block.comments, ...lines].join('\n')}\n`
}

export function titleOf({ name, spec, privilege, door }: Command): string {
  return `# ${name} (${spec}, ${door === 'system' ? 'system interface' : privilege})`
}

export function rowOf({ netFn, cmd, data }: Pick<Exchange, 'netFn' | 'cmd' | 'data'>): Command {
  const row = findCommand(netFn, cmd, data[0])
  if (row === undefined) throw new Error(`golden: there is no command ${netFn}/${cmd}`)
  return row
}

/** The command that a block is about. */
export function subjectOf(block: GoldenBlock): Command {
  const last = block.exchanges.at(-1)
  if (last === undefined) throw new Error('golden: a block without a request')
  return rowOf(last)
}

export const fileOf: Readonly<Record<number, string>> = {
  [NetFn.Chassis]: 'chassis.txt',
  [NetFn.SensorEvent]: 'sensor-event.txt',
  [NetFn.App]: 'app.txt',
  [NetFn.Storage]: 'storage.txt',
  [NetFn.Transport]: 'transport.txt',
  [NetFn.Group]: 'dcmi.txt',
}

function noted(line: string, note: string): string {
  return note === '' ? line : `${line}  # ${note}`
}

/** What the bytes say, by the command's own codec; nothing where it leaves them as they are. */
function describe(row: Command, part: 'request' | 'response', bytes: Uint8Array): string {
  if (bytes.length === 0) return ''
  const value = row[part].decode(bytes)
  return value === undefined || value instanceof Uint8Array ? '' : said(value)
}

function said(value: unknown): string {
  if (value instanceof Uint8Array) return hex(value, '')
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.map(said).join(' ')
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `${name} ${typeof one === 'object' ? `{${said(one)}}` : said(one)}`)
    .join(', ')
}
