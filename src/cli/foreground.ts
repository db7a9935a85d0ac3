import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NodeStatus } from '../app/node-status.ts'
import { holdProcess, systemClock } from '../base/clock.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import { createLogger, type Logger, type LogLevel, type LogTarget } from '../base/logger.ts'
import type { LabChanges } from '../lab/lab-changes.ts'
import type { LabFile } from '../lab/lab-file.ts'
import { tidyLedgers } from '../lab/ledgers.ts'
import { makeLab } from '../lab/make-lab.ts'
import { makeRunFolder } from '../lab/places.ts'
import { type LabPlan, lockAll } from '../lab/plan.ts'
import { childGroups } from '../lab/process-identity.ts'
import { announce, controlSocketIn, unannounce } from '../lab/running-labs.ts'
import type { WholeLab } from '../lab/whole-lab.ts'
import type { PowerCause } from '../machine/machine.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { report } from './report.ts'

export interface ForegroundOptions {
  readonly readyFile?: string
  /** Undefined: `info` and above to a file in the state folder; else to stderr. */
  readonly logLevel?: LogLevel
  /** Threads that the nodes are spread over; 0: all of them are in this one. */
  readonly workers: number
  /** What the lab runs by, if that can be applied again. */
  readonly by?: { readonly file: LabFile; readonly personality: string | undefined }
}

/** Shows a lab to the user when every BMC answers. */
export type ShowLab = (lab: WholeLab, statuses: readonly NodeStatus[], changes: LabChanges | undefined) => void

/** Runs a lab until a signal or `bmcsim down`, and leaves nothing behind. */
export async function runInForeground(
  io: Io,
  plan: LabPlan,
  options: ForegroundOptions,
  show: ShowLab,
): Promise<number> {
  const lock = lockAll(plan.locks)
  let runFolder: string
  try {
    runFolder = makeRunFolder(plan.locks.length > 0 ? plan.locks : [`${plan.name} ${process.pid}`], io.env)
  } catch (error) {
    lock.release()
    throw error
  }
  tidyLedgers(plan)
  const readyFile = options.readyFile === undefined ? undefined : resolve(io.cwd, options.readyFile)
  const logTarget: LogTarget = {
    level: options.logLevel ?? 'info',
    destination: options.logLevel === undefined ? logFile(plan) : 2,
  }
  const log = createLogger(logTarget.level, logTarget.destination)
  const end = new EndOfRun(io, log)
  const { lab, control, changes } = await makeLab(plan, options.workers, {
    runFolder,
    log,
    logTarget,
    by: options.by,
    down: () => end.ask('bmcsim down'),
    quit: () => end.ask('quit'),
    mistake: end.mistake,
  })
  const letGo = holdProcess()
  let listening = false
  try {
    if (readyFile !== undefined) rmSync(readyFile, { force: true })
    const started = lab.start()
    await Promise.race([started, end.asked])
    if (!end.isAsked) {
      await control.listen(controlSocketIn(runFolder))
      listening = true
      announce(runFolder, { name: plan.name, file: options.by?.file.path, locks: plan.locks })
      for (const note of lab.notes) err(io, note)
      lab.onPower((node, power, cause) => {
        if (!end.isAsked) err(io, `${node}: power ${power} (${causes[cause]})`)
      })
      lab.onStage((node, stage) => {
        if (stage === 'ready') err(io, `${node}: ready`)
      })
      const statuses = await lab.status()
      show(lab, statuses, changes)
      if (readyFile !== undefined) writeReady(readyFile, statuses)
      changes?.onApplied(async ({ notes }) => {
        for (const note of notes) err(io, note)
        if (readyFile !== undefined && !end.isAsked) writeReady(readyFile, await lab.status())
      })
      await end.asked
    }
    err(io, `stopping ${plan.name}`)
    // A start that was interrupted settles one way or the other once everything is being stopped.
    await Promise.all([
      lab.stop(),
      started.catch((error) => log.warn({ error: messageOf(error) }, 'start interrupted')),
    ])
    return ExitCode.ok
  } finally {
    await lab.stop()
    unannounce(runFolder)
    if (listening) control.close()
    if (readyFile !== undefined) rmSync(readyFile, { force: true })
    killChildren()
    rmSync(runFolder, { recursive: true, force: true })
    tidyLedgers(plan)
    lock.release()
    end.dispose()
    letGo()
  }
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
  readonly #io: Io
  readonly #log: Logger
  #resolve: () => void = () => {}
  #askedAt = 0

  constructor(io: Io, log: Logger) {
    this.#io = io
    this.#log = log
    this.asked = new Promise((resolve) => {
      this.#resolve = resolve
    })
    for (const signal of signals) process.on(signal, this.#signalled)
    process.on('uncaughtException', this.mistake)
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
    process.off('uncaughtException', this.mistake)
  }

  /** npm hands a Ctrl-C on to us though the terminal sent it already: twins within half a second are one. */
  #signalled = (signal: NodeJS.Signals) => {
    if (!this.isAsked) return this.ask(signal)
    if (systemClock.monotonic() - this.#askedAt < 500) return
    err(this.#io, 'ending at once')
    killChildren()
    process.exit(ExitCode.failure)
  }

  /** A mistake of ours must not leave VMs without their BMC: all of it ends, in order. */
  readonly mistake = (error: unknown) => {
    this.#log.error({ err: error }, 'uncaught')
    err(this.#io, report(error, this.#log.isDebug()).text)
    process.exitCode = ExitCode.failure
    this.ask('a mistake in bmcsim')
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Whatever VMs and programs are still there are process groups of their own; nothing survives us. */
function killChildren(): void {
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

/** Appears whole, with what `bmcsim ps --json` prints: whoever waits for the file may read it at once. */
function writeReady(path: string, statuses: readonly NodeStatus[]): void {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(statuses, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch (error) {
    throw new SetupError(`cannot write the ready file ${path}: ${messageOf(error)}`, { cause: error })
  }
}
