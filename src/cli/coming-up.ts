import { systemClock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { NodeConfig } from '../config/config.ts'
import type { LabStage, WholeLab } from '../lab/whole-lab.ts'
import { err, type Io } from './io.ts'
import { outcomeWords } from './node-outcome.ts'
import { Plain } from './progress/plain.ts'
import { type Progress, silent } from './progress/progress.ts'
import { showProgress } from './progress/show.ts'

/**
 * Shows how the nodes of a lab that runs in this process come up: all of them until every BMC answers, and then those that have
 * `ready` checks, until each is ready, off, or its time is over. Whatever is printed by its `io` meanwhile stands above the display.
 */
export class ComingUp {
  readonly io: Io
  readonly #under: Io
  readonly #plain: boolean
  readonly #began = systemClock.monotonic()
  readonly #followed = new Map<string, AbortController>()
  #progress: Progress = silent
  /** Undefined when the start is over. */
  #starting: ReadonlySet<string> | undefined

  /** `plain`: whatever standard error is, something else is written there, too. */
  constructor(io: Io, plain: boolean) {
    const above = (print: () => void) => this.#progress.aside(print)
    this.#under = io
    this.#plain = plain
    this.io = { ...io, stdout: through(io.stdout, above), stderr: through(io.stderr, above) }
  }

  start(nodes: readonly NodeConfig[]): void {
    this.#progress = this.#show(nodes.map(({ name }) => name))
    // A line for each step is for whom somebody waits.
    const told = this.#progress instanceof Plain ? nodes.filter(({ ready }) => ready !== undefined) : nodes
    this.#starting = new Set(told.map(({ name }) => name))
  }

  /** Of the lab, from before its start on. */
  stage(node: string, stage: LabStage): void {
    if (this.#starting?.has(node)) this.#progress.stage(node, stage)
    if (this.#starting !== undefined) return
    const followed = this.#followed.get(node)
    if (followed === undefined && stage === 'ready') err(this.io, `${node}: ready`)
    if (followed !== undefined && stage === 'off') {
      this.#progress.drop(node)
      followed.abort()
    }
  }

  /** Every BMC answers: room for what is printed then. */
  started(): void {
    this.#starting = undefined
    if (!(this.#progress instanceof Plain)) this.#close(false)
  }

  /** Those that are to be waited for; returns at once. */
  follow(lab: WholeLab, names: readonly string[]): void {
    if (names.length === 0) {
      this.#close(false)
      return
    }
    for (const name of names) this.#followed.set(name, new AbortController())
    if (this.#progress === silent) this.#progress = this.#show(names)
    const progress = this.#progress
    void Promise.all([...this.#followed].map(([name, run]) => this.#followOne(lab, name, run.signal))).then(() => {
      if (this.#progress === progress) this.#close(true)
    })
  }

  close(): void {
    for (const run of this.#followed.values()) run.abort()
    this.#close(false)
  }

  async #followOne(lab: WholeLab, name: string, cancelled: AbortSignal): Promise<void> {
    const progress = this.#progress
    try {
      const result = await lab.waitFor(name, 'ready', {
        cancelled,
        onStage: (stage) => progress.stage(name, stage),
        onMissing: (missing) => progress.waitsFor(name, missing),
      })
      const afterMs = systemClock.monotonic() - this.#began
      const words = outcomeWords({ ...result, name, ok: result.good, afterMs }, 'ready')
      if (!cancelled.aborted) this.#done(name, result.good, words)
    } catch (error) {
      if (!cancelled.aborted) this.#done(name, false, messageOf(error))
    } finally {
      this.#followed.delete(name)
    }
  }

  #done(name: string, good: boolean, words: string): void {
    this.#progress.done(name, good, words)
    if (!good && this.#progress instanceof Plain) err(this.io, `${name}: ${words}`)
  }

  #show(names: readonly string[]): Progress {
    return this.#plain ? new Plain(this.#under.stderr) : showProgress(this.#under, names)
  }

  #close(stay: boolean): void {
    this.#progress.close(stay)
    this.#progress = silent
  }
}

/** The same stream, but whatever is written to it is written by `above`. */
function through(stream: NodeJS.WriteStream, above: (print: () => void) => void): NodeJS.WriteStream {
  const write = (...args: Parameters<NodeJS.WriteStream['write']>) => {
    let more = true
    above(() => {
      more = stream.write(...args)
    })
    return more
  }
  return Object.create(stream, { write: { value: write } })
}
