import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { NodeConfig } from '../config/config.ts'
import type { CreatedNode } from '../config/pool.ts'
import { withCreated } from '../lab/created-list.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { labOn } from '../lab/running-labs.ts'
import { askChange, askDigest } from './ask-changes.ts'
import { upInBackground } from './background.ts'
import { createdNodes, createdText } from './created-words.ts'
import { UsageError } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { endpoint, renderTable } from './table.ts'
import { labFileOf, personalityOf } from './up.ts'
import { checkFile } from './up-again.ts'
import { readTimeout, waitForNodes } from './wait.ts'

export interface CreateOptions {
  readonly file: string
  readonly state?: string
  readonly timeout?: string
  readonly personality?: string
  readonly keyFile?: string
  readonly json?: boolean
}

/** `bmcsim create 3:f39 vnode4`: makes nodes of the file's pools, in the process of the lab or one of their own, and returns when they are ready. */
export async function create(io: Io, words: readonly string[], options: CreateOptions): Promise<number> {
  const timeoutMs = readTimeout(options.timeout)
  const path = resolve(io.cwd, options.file)
  if (!existsSync(path))
    throw new UsageError(`there is no ${options.file} here. Name the lab file: bmcsim create -f FILE`)
  const file = labFileOf(io, path, options)
  const personality = personalityOf(io, options.personality)
  const created = createdNodes(words, file.read(personality, []).pools)
  // Everything that can be wrong is said before anything is made.
  const config = file.read(personality, withCreated(file.created, created))
  const wanted = new Set(created.map(({ name }) => name))
  const nodes = config.nodes.filter(({ name }) => wanted.has(name))
  const running = labOn(file.state, io.env)
  if (running !== undefined) checkFile(running, file)
  if (!options.json) err(io, plan(nodes))
  const lab = running ?? (await start(io, file, created, options))
  if (running !== undefined) {
    await askDigest(running)
    const { notes } = await askChange(running, 'create', { nodes: created, personality })
    for (const note of notes) err(io, note)
  }
  const goalOf = (name: string) =>
    nodes.find((node) => node.name === name)?.ready === undefined ? 'power=on' : 'ready'
  const names = created.map(({ name }) => name)
  const status = await waitForNodes(io, lab, names, { goalOf, timeoutMs, json: options.json })
  if (!options.json) {
    const state = options.state === undefined ? '' : ` --state ${file.state}`
    err(io, `They run with pid ${lab.process.pid} until: bmcsim rm${state} NODE, or bmcsim down${state}`)
  }
  return status
}

function start(io: Io, { path, state }: LabFile, created: readonly CreatedNode[], options: CreateOptions) {
  const words = [path, '--state', state, '--create', createdText(created), ...passed(options)]
  return upInBackground(io, state, words)
}

function passed({ personality, keyFile }: CreateOptions): string[] {
  return [
    ...(personality === undefined ? [] : ['--personality', personality]),
    ...(keyFile === undefined ? [] : ['--key-file', keyFile]),
  ]
}

/** What each will be, before it is made. */
function plan(nodes: readonly NodeConfig[]): string {
  return renderTable([
    ['NODE', 'IMAGE', 'MAC', 'ADDRESS', 'BMC'],
    ...nodes.map(({ name, machine, address, channels }) => {
      const [{ host, port }] = channels[0].addresses
      return [
        name,
        machine.kind === 'qemu' ? (machine.image?.name ?? machine.ownDisk?.base?.name ?? '-') : '-',
        machine.kind === 'command' ? '-' : (machine.nics[0]?.mac ?? '-'),
        address ?? '-',
        port === 'auto' ? host : endpoint(host, port),
      ]
    }),
  ])
}
