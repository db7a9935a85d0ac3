import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NodeStatus } from '../app/node-status.ts'
import { holdProcess, systemClock } from '../base/clock.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import { createLogger, type Logger, type LogLevel } from '../base/logger.ts'
import { pooledRandom } from '../base/pooled-random.ts'
import { systemRandom } from '../base/random.ts'
import { ControlServer } from '../lab/control-server.ts'
import { Lab } from '../lab/lab.ts'
import { makeRunFolder } from '../lab/places.ts'
import { type LabPlan, lockAll } from '../lab/plan.ts'
import { childGroups } from '../lab/process-identity.ts'
import { announce, controlSocketIn, unannounce } from '../lab/running-labs.ts'
import type { PowerCause } from '../machine/machine.ts'
import { ExitCode } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { report } from './report.ts'

export interface ForegroundOptions {
  readonly readyFile?: string
  /** Undefined: `info` and above to a file in the state folder; else to stderr. */
  readonly logLevel?: LogLevel
}

/** Runs a lab until a signal or `bmcsim down`, and leaves nothing behind. `ready` is called when every BMC answers. */
export async function runInForeground(
  io: Io,
  plan: LabPlan,
  options: ForegroundOptions,
  ready: (lab: Lab, nodes: readonly NodeStatus[]) => void,
): Promise<number> {
  const lock = lockAll(plan.locks)
  let runFolder: string
  try {
    runFolder = makeRunFolder(plan.locks.length > 0 ? plan.locks : [`${plan.name} ${process.pid}`], io.env)
  } catch (error) {
    lock.release()
    throw error
  }
  const readyFile = options.readyFile === undefined ? undefined : resolve(io.cwd, options.readyFile)
  const log = createLogger(options.logLevel ?? 'info', options.logLevel === undefined ? logFile(plan) : 2)
  const end = new EndOfRun(io, log)
  // The emulator's `quit` ends the process where that is its node's own.
  const quit = plan.nodes.length === 1 ? { quit: () => end.ask('quit') } : {}
  const lab = new Lab({
    name: plan.name,
    nodes: plan.nodes,
    networks: plan.networks,
    seeds: plan.seeds,
    around: { runFolder, clock: systemClock, random: pooledRandom(systemRandom), log, ...quit },
  })
  const control = new ControlServer({ lab, log, down: () => end.ask('bmcsim down') })
  const letGo = holdProcess()
  let listening = false
  try {
    if (readyFile !== undefined) rmSync(readyFile, { force: true })
    const started = lab.start()
    await Promise.race([started, end.asked])
    if (!end.isAsked) {
      await control.listen(controlSocketIn(runFolder))
      listening = true
      announce(runFolder, plan.name, plan.locks)
      for (const note of lab.notes) err(io, note)
      for (const node of lab.nodes) {
        node.onPower((power, cause) => {
          if (!end.isAsked) err(io, `${node.name}: power ${power} (${causes[cause]})`)
        })
        node.onStage((stage) => {
          if (stage === 'ready') err(io, `${node.name}: ready`)
        })
      }
      const nodes = lab.status()
      ready(lab, nodes)
      if (readyFile !== undefined) writeReady(readyFile, nodes)
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
    process.on('uncaughtException', this.#mistake)
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
    process.off('uncaughtException', this.#mistake)
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
  #mistake = (error: unknown) => {
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
function writeReady(path: string, nodes: readonly NodeStatus[]): void {
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(nodes, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(`${path}.tmp`, path)
  } catch (error) {
    throw new SetupError(`cannot write the ready file ${path}: ${messageOf(error)}`, { cause: error })
  }
}
