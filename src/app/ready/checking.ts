import { Listeners } from '../../base/listeners.ts'
import type { ReadyCheck } from '../../config/config.ts'
import { type Checked, checkText, holds } from './checks.ts'

/** Some checks of one node, from when the machine is on until all hold; anew when it starts anew. */
export class Checking {
  readonly #checks: readonly ReadyCheck[]
  readonly #node: Checked
  readonly #good: () => void
  readonly #why = new Map<ReadyCheck, string>()
  readonly #forget: () => void
  readonly #missingChanged = new Listeners<[]>()
  #run: AbortController | undefined

  /** `good` is called when all hold. */
  constructor(checks: readonly ReadyCheck[], node: Checked, good: () => void) {
    this.#checks = checks
    this.#node = node
    this.#good = good
    this.#forget = node.progress.onChange((stage) => {
      if (stage === 'off') this.#stop()
      if (stage === 'start') this.#start()
    })
    if (node.progress.stage !== 'off') this.#start()
  }

  /** What does not hold yet, and why: `ssh 127.0.0.1:22: connection refused`. */
  get missing(): string[] {
    return [...this.#why].map(([check, why]) => (why === '' ? checkText(check) : `${checkText(check)}: ${why}`))
  }

  onMissing(fn: () => void): () => void {
    return this.#missingChanged.add(fn)
  }

  close(): void {
    this.#forget()
    this.#stop()
  }

  #start(): void {
    this.#stop()
    const run = new AbortController()
    this.#run = run
    this.#why.clear()
    for (const check of this.#checks) this.#why.set(check, '')
    for (const check of this.#checks) {
      const say = (why: string) => {
        if (run.signal.aborted || this.#why.get(check) === why) return
        this.#why.set(check, why)
        this.#missingChanged.call()
      }
      void holds(check, this.#node, run.signal, say).then(() => {
        if (run.signal.aborted) return
        this.#why.delete(check)
        if (this.#why.size === 0) this.#good()
        else this.#missingChanged.call()
      })
    }
  }

  #stop(): void {
    this.#run?.abort()
    this.#run = undefined
  }
}
