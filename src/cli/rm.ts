import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { SetupError } from '../base/errors.ts'
import { readCreatedList } from '../lab/created-list.ts'
import { deadLabs } from '../lab/dead-labs.ts'
import { labOn, type RunningLab } from '../lab/running-labs.ts'
import { hasDisk, namesIn, removeStopped } from '../lab/stopped-nodes.ts'
import { askChange } from './ask-changes.ts'
import { chosenNodes } from './chosen-nodes.ts'
import { ExitCode, NoLabError, UsageError } from './exit-code.ts'
import { findAnyLab, findLab } from './find-lab.ts'
import { err, type Io, out, outJson } from './io.ts'
import { askNodes } from './node-statuses.ts'
import { labFileOf } from './up.ts'

export interface RmOptions {
  readonly yes?: boolean
  readonly file?: string
  readonly state?: string
  readonly json?: boolean
}

/** `bmcsim rm`: ends nodes, and takes away what they kept. */
export async function rm(io: Io, nodeSets: readonly string[], options: RmOptions): Promise<number> {
  const { running, state } = labOf(io, options)
  if (running !== undefined && running.file === undefined) {
    throw new SetupError(`lab ${running.name} does not run by a lab file; none of its nodes can be removed`)
  }
  const known = running === undefined ? namesIn(state) : (await askNodes(running)).map(({ name }) => name)
  const names = chosen(nodeSets, known, running?.name ?? state)
  const created = new Set(readCreatedList(state).map(({ name }) => name))
  const disks = names.filter((name) => hasDisk(state, name))
  if (disks.length > 0 && !options.yes && !(await mayDelete(io, disks))) {
    err(io, 'nothing was removed')
    return ExitCode.failure
  }
  if (running === undefined) removeStopped(state, names)
  else await askChange(running, 'remove', { nodes: names })
  if (options.json)
    outJson(
      io,
      names.map((name) => ({ name, removed: true, created: created.has(name) })),
    )
  else for (const name of names) out(io, `${name}: removed${created.has(name) ? '' : `; ${comesBack}`}`)
  return ExitCode.ok
}

const comesBack = 'where the lab file has it, bmcsim up makes it anew'

interface LabOnState {
  /** Undefined: it does not run. */
  readonly running: RunningLab | undefined
  readonly state: string
}

/** Throws where one is dead and has left machines: they would be nobody's then. */
function labOf(io: Io, options: RmOptions): LabOnState {
  const found = named(io, options)
  if (found.running === undefined && deadLabs(io.env, found.state).length > 0) findLab(found.state, io.env)
  return found
}

/** The lab of a file that is named; else the lab that runs goes before one that does not. */
function named(io: Io, { file, state }: RmOptions): LabOnState {
  const path = resolve(io.cwd, file ?? 'lab.yaml')
  if (file === undefined) {
    const running = runs(state, io.env)
    if (running !== undefined) return { running, state: running.folders[0] }
    const wanted = state ?? io.env.BMCSIM_STATE
    if (wanted) return { running: undefined, state: resolve(io.cwd, wanted) }
  }
  if (!existsSync(path))
    throw new UsageError(`there is no ${file ?? 'lab.yaml'} here, and no lab runs; name a file: -f FILE`)
  const of = labFileOf(io, path, { ...(state && { state }) })
  return { running: labOn(of.state, io.env), state: of.state }
}

function runs(state: string | undefined, env: Io['env']): RunningLab | undefined {
  try {
    const found = findAnyLab(state, env)
    return 'left' in found ? undefined : found
  } catch (error) {
    if (error instanceof NoLabError) return undefined
    throw error
  }
}

function chosen(nodeSets: readonly string[], known: readonly string[], where: string): string[] {
  const nodes = known.map((name) => ({ name }))
  const names = [...new Set(nodeSets.flatMap((nodeSet) => chosenNodes(nodeSet, nodes)))]
  const strangers = names.filter((name) => !known.includes(name))
  if (strangers.length === 0) return names
  throw new SetupError(`no node ${strangers.join(', ')} in ${where}; it has ${known.join(', ') || 'none'}`)
}

/** Only a person at a terminal is asked. Anything but a yes is a no, Ctrl-C and the end of input too. */
async function mayDelete(io: Io, disks: readonly string[]): Promise<boolean> {
  const whose = disks.length === 1 ? `the disk of ${disks[0]}` : `the disks of ${disks.join(', ')}`
  if (io.stdin.isTTY !== true) throw new UsageError(`this deletes ${whose}; say --yes if it may`)
  const lines = createInterface({ input: io.stdin, output: io.stderr })
  try {
    const answer = await new Promise<string>((done) => {
      lines.on('close', () => done(''))
      lines.question(`Delete ${whose}, with all that was written there? [y/N] `).then(done, () => done(''))
    })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
