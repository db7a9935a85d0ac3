import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { SetupError } from '../base/errors.ts'
import type { NodeConfig } from '../config/config.ts'
import { readLabFile } from '../config/yaml/read-lab-file.ts'
import { defaultStateFolder } from '../lab/places.ts'
import { runningOn, upInBackground } from './background.ts'
import { createdNodes, createdText } from './created-words.ts'
import { UsageError } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { endpoint, renderTable } from './table.ts'
import { personalityOf, shown } from './up.ts'
import { readTimeout, waitForNodes } from './wait.ts'

export interface CreateOptions {
  readonly file: string
  readonly state?: string
  readonly timeout?: string
  readonly personality?: string
  readonly keyFile?: string
  readonly json?: boolean
}

/** `bmcsim create 3:f39 vnode4`: makes nodes of the file's pools in a process of its own, and returns when they are ready. */
export async function create(io: Io, words: readonly string[], options: CreateOptions): Promise<number> {
  const timeoutMs = readTimeout(options.timeout)
  const labFile = resolve(io.cwd, options.file)
  if (!existsSync(labFile))
    throw new UsageError(`there is no ${options.file} here. Name the lab file: bmcsim create -f FILE`)
  const personality = personalityOf(io, options.personality)
  const created = createdNodes(words, readLabFile(shown(io, labFile), personality).pools)
  // Everything that can be wrong is said before anything is made.
  const config = readLabFile(shown(io, labFile), personality, created)
  const wanted = new Set(created.map(({ name }) => name))
  const nodes = config.nodes.filter(({ name }) => wanted.has(name))
  const state = options.state === undefined ? defaultStateFolder(labFile, io.env) : resolve(io.cwd, options.state)
  const running = runningOn(io, state)
  if (running !== undefined) {
    throw new SetupError(
      `lab ${running.name} runs already, with pid ${running.process.pid}. End it first: bmcsim down --state ${state}`,
    )
  }
  if (!options.json) err(io, plan(nodes))
  const lab = await upInBackground(io, state, [
    labFile,
    '--state',
    state,
    '--create',
    createdText(created),
    ...passed(options),
  ])
  const goalOf = (name: string) =>
    nodes.find((node) => node.name === name)?.ready === undefined ? 'power=on' : 'ready'
  const names = created.map(({ name }) => name)
  const status = await waitForNodes(io, lab, names, { goalOf, timeoutMs, json: options.json })
  if (!options.json)
    err(
      io,
      `They run with pid ${lab.process.pid} until: bmcsim down${options.state === undefined ? '' : ` --state ${state}`}`,
    )
  return status
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
        machine.kind === 'qemu' ? (machine.image?.name ?? '-') : '-',
        machine.kind === 'command' ? '-' : (machine.nics[0]?.mac ?? '-'),
        address ?? '-',
        port === 'auto' ? host : endpoint(host, port),
      ]
    }),
  ])
}
