import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { NodeStatus } from '../app/node-status.ts'
import { SetupError } from '../base/errors.ts'
import type { LogLevel } from '../base/logger.ts'
import { packageFolder } from '../base/package-folder.ts'
import type { LabRedfishConfig } from '../config/config.ts'
import { personalityFolder, personalityNames } from '../config/personality/find.ts'
import { withCreated, writeCreatedList } from '../lab/created-list.ts'
import { LabFile } from '../lab/lab-file.ts'
import { defaultStateFolder } from '../lab/places.ts'
import type { LabPlan } from '../lab/plan.ts'
import { labOn, type RunningLab, runningLabs } from '../lab/running-labs.ts'
import type { LabNode, LabStage, WholeLab } from '../lab/whole-lab.ts'
import { tellStarter } from './background.ts'
import { readCreated } from './created-words.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { runInForeground } from './foreground.ts'
import { invocation } from './invocation.ts'
import { err, type Io, out, outJson } from './io.ts'
import { isKept } from './kept-output.ts'
import { keyFileOption } from './key-file-option.ts'
import { pasteLines } from './paste-lines.ts'
import { showPlan } from './show-plan.ts'
import { changeText } from './steps.ts'
import { nodeTable } from './table.ts'
import { upAgain } from './up-again.ts'
import type { Watching } from './watch.ts'
import { workersOption } from './workers-option.ts'

export interface UpOptions {
  readonly state?: string
  readonly readyFile?: string
  readonly json?: boolean
  readonly logLevel?: LogLevel
  readonly check?: boolean
  readonly plan?: boolean
  readonly keyFile?: string
  readonly personality?: string
  readonly workers?: string
  /** The lab follows its file. */
  readonly watch?: boolean
  /** Of `bmcsim sushy-emulator`: in place of what the file says of it. */
  readonly redfish?: LabRedfishConfig
  /** Of `bmcsim create`: nodes of pools that are made beside those of the file. */
  readonly create?: string
}

/** `demo`: the lab file that comes with the package, to name it where somebody has none. */
export async function up(io: Io, name: string | undefined, options: UpOptions, demo: string): Promise<number> {
  const workers = workersOption(options.workers)
  const path = resolve(io.cwd, name ?? 'lab.yaml')
  if (name === undefined && !existsSync(path)) {
    const call = options.redfish === undefined ? 'bmcsim up' : 'bmcsim sushy-emulator --config FILE'
    throw new UsageError(`there is no lab.yaml here. Name a file: ${call} LAB.yaml, or try the demo: ${call} ${demo}`)
  }
  const file = labFileOf(io, path, options)
  const personality = personalityOf(io, options.personality)
  const created = options.create === undefined ? [] : readCreated(options.create)
  const list = withCreated(file.created, created)
  const config = file.read(personality, list)
  if (options.check) {
    const count = config.nodes.length
    if (options.json) outJson(io, { lab: file.name, nodes: config.nodes.map((node) => node.name) })
    else out(io, `${file.shown}: ${count === 1 ? '1 node' : `${count} nodes`}, no problem found`)
    return ExitCode.ok
  }
  if (options.plan) return showPlan(io, file, config, options.json)
  const running = labOn(file.state, io.env)
  if (running !== undefined) {
    if (options.watch) throw new UsageError(alreadyUp(file, running))
    if (created.length > 0) throw new SetupError(cameUp(running))
    return upAgain(io, running, file, { ...options, nodes: config.nodes, personality })
  }
  if (config.nodes.length === 0) {
    throw new UsageError(`${file.shown} has pools and no nodes. Create some: bmcsim create ${config.pools[0].first}`)
  }
  const planned = file.plan(config, new Set(created.map((node) => node.name)))
  const plan = options.redfish === undefined ? planned : { ...planned, redfish: options.redfish }
  if (workers > 0 && plan.seeds !== undefined) {
    throw new UsageError(`seeds are served by one thread only; leave --workers out, or take "seeds" out of ${path}`)
  }
  if (workers > 0 && plan.redfish !== undefined) {
    throw new UsageError(
      `one Redfish for all nodes needs them in one thread; leave --workers out, or take "redfish" out of ${path}`,
    )
  }
  if (workers > 0 && options.watch) throw new UsageError('a lab with --workers cannot follow its file; leave one out')
  const by = { file, personality }
  const told =
    options.create === undefined
      ? {}
      : {
          onStage: (node: string, stage: LabStage) => tellStarter({ node, stage }),
          onNote: (note: string) => tellStarter({ note }),
        }
  // Loaded only here: most labs follow nothing.
  const follow = options.watch ? (await import('./watch.ts')).watchFile : undefined
  let watching: Watching | undefined
  const run = runInForeground(io, plan, { ...options, ...told, workers, by }, (above, lab, statuses, changes) => {
    writeCreatedList(file.state, list)
    showSshKey(above, plan)
    if (options.json) outJson(above, statuses)
    else showLab(above, lab, statuses, file.state)
    changes?.onApplied((applied, what) => err(above, changeText(applied, what)))
    if (changes !== undefined) watching = follow?.(above, file, changes)
  })
  return run.finally(() => watching?.close())
}

/** What the command line says of a lab file and its state folder. */
export function labFileOf(io: Io, path: string, options: { state?: string; keyFile?: string }): LabFile {
  return new LabFile({
    path,
    shown: shown(io, path),
    state: options.state === undefined ? defaultStateFolder(path, io.env) : resolve(io.cwd, options.state),
    keyFile: keyFileOption(io, options.keyFile),
  })
}

function alreadyUp({ shown, state }: LabFile, { process: { pid } }: RunningLab): string {
  return `the lab runs already, with pid ${pid}. bmcsim up ${shown} without --watch applies the file once; for --watch, start it anew: bmcsim down --state ${state}`
}

/** To `bmcsim create`, which would have asked it had it been there before. */
function cameUp({ name, process: { pid } }: RunningLab): string {
  return `lab ${name} has just come up, with pid ${pid}: create the nodes again`
}

/** As a lab file takes it: a path of the user's is one from here. */
export function personalityOf(io: Io, written: string | undefined): string | undefined {
  const folder = written === undefined ? undefined : personalityFolder(written, io.cwd)
  if (written === undefined || folder !== undefined) return folder
  throw new UsageError(`there is no personality "${written}"; there are ${personalityNames().join(', ')}`)
}

/** Where nodes let in an ssh key of the lab's own. */
function showSshKey(io: Io, { nodes }: LabPlan): void {
  const key = nodes.find(({ sshKey }) => sshKey !== undefined)?.sshKey
  if (key !== undefined) err(io, `The ssh key of the nodes is in ${key}: ssh -i ${key} USER@ADDRESS`)
}

/** What is said when every BMC answers. */
function showLab(io: Io, lab: WholeLab, statuses: readonly NodeStatus[], state: string): void {
  out(io, nodeTable(statuses))
  const [first] = lab.nodes
  const crowded = runningLabs(io.env).length > 1
  const call = invocation(join(packageFolder, 'dist', 'main.js'), io.env)
  const secrets = !isKept(io)
  const hint = secrets ? '' : ` (ipmitool asks for the password, which ${shown(io, first.source)} has)`
  out(io, `\nTry, in another terminal${hint}:`)
  for (const line of pasteLines(first, statuses[0], call, crowded ? state : undefined, secrets)) out(io, `  ${line}`)
  const standIns = lab.nodes.filter((node) => node.missing !== undefined)
  if (standIns.length > 0) err(io, standInLine(standIns[0].missing, standIns.length, lab.nodes.length))
  err(io, `\nState and logs are in ${state}. Ctrl-C stops everything.`)
}

function standInLine(missing: LabNode['missing'], count: number, all: number): string {
  const which = count === all ? 'The machines are' : `${count} of ${all} machines are`
  return `\n${which} simulated, since ${missing?.program} is not installed here. For real VMs: apt install ${missing?.debianPackage} (Debian, Ubuntu), or your system's QEMU package; then start again.`
}

/** Paths in messages as short as the user writes them. */
export function shown(io: Io, path: string): string {
  const short = relative(io.cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}
