import { renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NodeStatus } from '../app/node-status.ts'
import { systemClock } from '../base/clock.ts'
import { errnoOf, messageOf } from '../base/errors.ts'
import type { Made } from '../base/ledger.ts'
import { createLogger, type Logger, type LogLevel, type LogTarget } from '../base/logger.ts'
import type { LabChanges } from '../lab/lab-changes.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { allMade, canGoOn, killProcesses, tidyLedgers, undoLeft } from '../lab/ledgers.ts'
import { makeLab } from '../lab/make-lab.ts'
import { makeRunFolder } from '../lab/places.ts'
import { type LabPlan, lockAll } from '../lab/plan.ts'
import { childGroups } from '../lab/process-identity.ts'
import { announce, claimRunFolder, controlSocketIn, unannounce } from '../lab/running-labs.ts'
import type { StageListener, WholeLab } from '../lab/whole-lab.ts'
import type { PowerCause } from '../machine/machine.ts'
import { ComingUp } from './coming-up.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { rewriteReady, writeReady } from './ready-file.ts'
import { report } from './report.ts'

export interface ForegroundOptions {
  readonly readyFile?: string
  /** Undefined: `info` and above to a file in the state folder; else to stderr. */
  readonly logLevel?: LogLevel
  /** Threads that the nodes are spread over; 0: all of them are in this one. */
  readonly workers: number
  readonly json?: boolean
  /** Told how far nodes are, from the beginning. */
  readonly onStage?: StageListener | undefined
  /** Told what is noted of the start. */
  readonly onNote?: (note: string) => void
  /** What the lab runs by, if that can be applied again. */
  readonly by?: { readonly file: LabFile; readonly personality: string | undefined }
}

/** Shows a lab to the user when every BMC answers. */
export type ShowLab = (io: Io, lab: WholeLab, statuses: readonly NodeStatus[], changes: LabChanges | undefined) => void

/** Runs a lab until a signal or `bmcsim down`, and leaves nothing behind. */
export async function runInForeground(
  terminal: Io,
  plan: LabPlan,
  options: ForegroundOptions,
  show: ShowLab,
): Promise<number> {
  const lock = lockAll(plan.locks)
  let runFolder: string
  try {
    runFolder = makeRunFolder(plan.locks.length > 0 ? plan.locks : [`${plan.name} ${process.pid}`], terminal.env)
  } catch (error) {
    lock.release()
    throw error
  }
  claimRunFolder(runFolder, plan.name, plan.locks)
  tidyLedgers(plan)
  const readyFile = options.readyFile === undefined ? undefined : resolve(terminal.cwd, options.readyFile)
  const logTarget: LogTarget = {
    level: options.logLevel ?? 'info',
    destination: options.logLevel === undefined ? logFile(plan) : 2,
  }
  const log = createLogger(logTarget.level, logTarget.destination)
  // The log is on standard error too, or the nodes are on standard output in a form for programs.
  const coming = new ComingUp(terminal, options.logLevel !== undefined || options.json === true)
  const { io } = coming
  const end = new EndOfRun(io, log, () => killAll(plan))
  const { lab, control, changes } = await makeLab(plan, options.workers, {
    runFolder,
    log,
    logTarget,
    resumed: lock.wasHeld,
    by: options.by,
    down: () => end.ask('bmcsim down'),
    quit: () => end.ask('quit'),
    mistake: end.mistake,
  })
  let listening = false
  let inOrder = false
  // A mistake, or a start that fails where VMs of the run before may be: they go on.
  const leave = () => (!inOrder && canGoOn(plan) && (end.isMistake || lock.wasHeld) ? lab.detach() : lab.stop())
  try {
    if (readyFile !== undefined) rmSync(readyFile, { force: true })
    lab.onStage((node, stage) => {
      if (!end.isAsked) coming.stage(node, stage)
      options.onStage?.(node, stage)
    })
    coming.start(plan.nodes.map(({ config }) => config))
    const started = lab.start()
    await Promise.race([started, end.asked])
    if (!end.isAsked) {
      const notes = [...adoptedNote(lab), ...lab.notes]
      for (const note of notes) options.onNote?.(note)
      await control.listen(controlSocketIn(runFolder))
      listening = true
      announce(runFolder, { name: plan.name, file: options.by?.file.path, locks: plan.locks })
      coming.started()
      for (const note of notes) err(io, note)
      lab.onPower((node, power, cause) => {
        if (!end.isAsked) err(io, `${node}: power ${power} (${causes[cause]})`)
      })
      const statuses = await lab.status()
      show(io, lab, statuses, changes)
      if (readyFile !== undefined) writeReady(readyFile, statuses)
      changes?.onApplied(({ notes }) => {
        for (const note of notes) err(io, note)
        if (readyFile !== undefined && !end.isAsked) rewriteReady(readyFile, lab, (why) => err(io, why))
      })
      coming.follow(lab, comingUp(plan, statuses))
      await end.asked
    }
    coming.close()
    inOrder = !end.isMistake
    err(io, `stopping ${plan.name}`)
    // A start that was interrupted settles one way or the other once everything is being stopped.
    await Promise.all([leave(), started.catch((error) => log.warn({ error: messageOf(error) }, 'start interrupted'))])
    return ExitCode.ok
  } finally {
    coming.close()
    await leave()
    unannounce(runFolder)
    if (listening) control.close()
    if (readyFile !== undefined) rmSync(readyFile, { force: true })
    const left = inOrder ? [] : allMade(plan)
    if (left.some(isVm)) err(io, goesOn(plan, left))
    else {
      killAll(plan)
      // Of a thread that was lost, and what was kept for VMs.
      await undoLeft(plan, systemClock, log)
      rmSync(runFolder, { recursive: true, force: true })
      tidyLedgers(plan)
      // Held by nobody who lives, it tells the next start that machines are to be as they were.
      if (inOrder || !(end.isMistake || lock.wasHeld)) lock.release()
    }
    end.dispose()
  }
}

/** The nodes that are on and say when they are ready. */
function comingUp({ nodes }: LabPlan, statuses: readonly NodeStatus[]): string[] {
  const on = new Set(statuses.flatMap(({ name, stage }) => (stage === 'off' ? [] : [name])))
  return nodes.flatMap(({ config: { name, ready } }) => (ready !== undefined && on.has(name) ? [name] : []))
}

function adoptedNote(lab: WholeLab): string[] {
  const names = lab.nodes.filter(({ adopted }) => adopted).map(({ name }) => name)
  if (names.length === 0) return []
  const which = names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')}, ...` : names.join(', ')
  return [`adopted ${names.length === 1 ? '1 VM' : `${names.length} VMs`} of the run before: ${which}`]
}

const MOST_NAMES = 10

function isVm({ kind, node }: Made): boolean {
  return kind === 'process' && node !== undefined
}

/** What is said where VMs are let go of. */
function goesOn({ locks }: LabPlan, left: readonly Made[]): string {
  const vms = left.filter(isVm).length
  const state = locks[0]
  const [what, it] = vms === 1 ? ['1 VM goes', 'it'] : [`${vms} VMs go`, 'them']
  return `${what} on without a BMC: the next start adopts ${it}, bmcsim down --state ${state} ends ${it}`
}

const causes: Readonly<Record<PowerCause, string>> = {
  request: 'as asked',
  guest: 'by the guest itself',
  died: 'the machine died',
  connected: 'its VM connected',
  reported: 'as its chassis_control says',
}

/** Waits for the word to stop: a signal or `bmcsim down`. A second signal ends the process at once. */
class EndOfRun {
  readonly asked: Promise<void>
  isAsked = false
  /** It is to end, since something in bmcsim is wrong. */
  isMistake = false
  readonly #killAll: () => void
  readonly #io: Io
  readonly #log: Logger
  #resolve: () => void = () => {}
  #askedAt = 0
  /** Of a full disk nothing is said until then. */
  #quietUntil = 0

  constructor(io: Io, log: Logger, killAll: () => void) {
    this.#io = io
    this.#killAll = killAll
    this.#log = log
    this.asked = new Promise((resolve) => {
      this.#resolve = resolve
    })
    for (const signal of signals) process.on(signal, this.#signalled)
    process.on('uncaughtException', this.#uncaught)
  }

  ask(by: string): void {
    if (this.isAsked) return
    this.isAsked = true
    this.#askedAt = systemClock.monotonic()
    this.#log.info({ by }, 'stopping')
    this.#resolve()
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#signalled)
    process.off('uncaughtException', this.#uncaught)
  }

  /** npm hands a Ctrl-C on to us though the terminal sent it already: twins within half a second are one. */
  #signalled = (signal: NodeJS.Signals) => {
    if (!this.isAsked) return this.ask(signal)
    if (systemClock.monotonic() - this.#askedAt < 500) return
    err(this.#io, 'ending at once')
    this.#killAll()
    process.exit(ExitCode.failure)
  }

  /** A full disk is no mistake of ours: what should be kept is lost, and the lab goes on. */
  #uncaught = (error: unknown) => {
    if (!noRoom.has(errnoOf(error) ?? '')) return this.mistake(error)
    this.#log.error({ err: error }, 'not kept')
    const now = systemClock.monotonic()
    if (now < this.#quietUntil) return
    this.#quietUntil = now + ROOM_EVERY_MS
    err(this.#io, `${messageOf(error)}: the lab goes on, but what it should keep is lost; make room on that disk`)
  }

  /** A mistake of ours ends the lab in order, but not its VMs where a later process can adopt them. */
  readonly mistake = (error: unknown) => {
    this.#log.error({ err: error }, 'uncaught')
    err(this.#io, report(error, this.#log.isDebug()).text)
    process.exitCode = ExitCode.failure
    this.isMistake ||= !this.isAsked
    this.ask('a mistake in bmcsim')
  }
}

const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])
const ROOM_EVERY_MS = 60_000

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Whatever VMs and programs are still there are process groups of their own, or not our children; nothing survives us. */
function killAll(plan: LabPlan): void {
  killProcesses(plan)
  for (const group of childGroups()) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // Gone by itself in the meantime.
    }
  }
}

const MOST_LOG = 4 * 1024 * 1024

/** `bmcsim.log` in the first state folder, the one before kept as `.1` when it has grown; stderr where no state is kept. */
function logFile(plan: LabPlan): string | 2 {
  const folder = plan.locks[0]
  if (folder === undefined) return 2
  const path = join(folder, 'bmcsim.log')
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG) renameSync(path, `${path}.1`)
  return path
}
