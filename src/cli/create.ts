import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { NodeConfig } from '../config/config.ts'
import { withCreated } from '../lab/created-list.ts'
import { labOn } from '../lab/running-labs.ts'
import type { StageListener } from '../lab/whole-lab.ts'
import { askChange, askDigest } from './ask-changes.ts'
import { upInBackground } from './background.ts'
import { CalledOff } from './called-off.ts'
import { createdNodes, createdText } from './created-words.ts'
import { UsageError } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { showProgress } from './progress/show.ts'
import { endpoint, renderTable } from './table.ts'
import { labFileOf, personalityOf } from './up.ts'
import { checkFile } from './up-again.ts'
import { notWaiting, readTimeout, waitForNodes } from './wait.ts'

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
  const names = created.map(({ name }) => name)
  const goalOf = (name: string) =>
    nodes.find((node) => node.name === name)?.ready === undefined ? 'power=on' : 'ready'
  const called = new CalledOff()
  const progress = showProgress(io, names, options.json)
  try {
    if (running !== undefined) {
      await askDigest(running)
      const applied = await called.before(askChange(running, 'create', { nodes: created, personality }))
      progress.aside(() => {
        for (const note of applied?.notes ?? []) err(io, note)
      })
    }
    const words = [path, '--state', file.state, '--create', createdText(created), ...passed(options)]
    const onStage: StageListener = (node, stage) => progress.stage(node, stage)
    const onNote = (note: string) => progress.aside(() => err(io, note))
    const lab = running ?? (await upInBackground(io, file.state, words, { cancelled: called.signal, onStage, onNote }))
    if (lab === undefined) {
      progress.close()
      return notWaiting(io)
    }
    const status = await waitForNodes(io, lab, names, { goalOf, timeoutMs, json: options.json, progress, called })
    if (!options.json) {
      const state = options.state === undefined ? '' : ` --state ${file.state}`
      err(io, `They run with pid ${lab.process.pid} until: bmcsim rm${state} NODE, or bmcsim down${state}`)
    }
    return status
  } finally {
    progress.close()
    called.dispose()
  }
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
