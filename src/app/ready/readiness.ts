import type { Timer } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'
import type { ReadyConfig } from '../../config/config.ts'
import { Checking } from './checking.ts'
import type { Checked } from './checks.ts'

/**
 * The checks that the configuration calls "ready". They run from a start until they hold or their time is over, and after that
 * only while somebody waits; whoever waits beside others shares one run.
 */
export class Readiness {
  readonly #config: ReadyConfig
  readonly #node: Checked
  readonly #forget: () => void
  readonly #missingChanged = new Listeners<[]>()
  #checking: Checking | undefined
  #holders = 0
  #timer: (Timer & { readonly done: () => void }) | undefined

  constructor(config: ReadyConfig, node: Checked) {
    this.#config = config
    this.#node = node
    this.#forget = node.progress.onChange((stage) => {
      if (stage === 'start') this.#watch()
      if (stage === 'off' || stage === 'ready') this.#unwatch()
    })
    if (node.progress.stage !== 'off') this.#watch()
  }

  get timeoutMs(): number {
    return this.#config.timeoutMs
  }

  get missing(): string[] {
    return this.#checking?.missing ?? []
  }

  onMissing(fn: () => void): () => void {
    return this.#missingChanged.add(fn)
  }

  /** Somebody wants to know: the checks run until the result is called. */
  hold(): () => void {
    this.#holders++
    if (this.#node.progress.stage !== 'ready') this.#check()
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#holders--
      if (this.#holders === 0) this.#rest()
    }
  }

  close(): void {
    this.#forget()
    this.#unwatch()
    this.#rest()
  }

  #watch(): void {
    this.#unwatch()
    const done = this.hold()
    this.#timer = { ...this.#node.clock.after(this.#config.timeoutMs, () => this.#unwatch()), done }
  }

  #unwatch(): void {
    this.#timer?.cancel()
    this.#timer?.done()
    this.#timer = undefined
    // Ready: there is nothing more to ask, until a new start.
    if (this.#node.progress.stage === 'ready') this.#rest()
  }

  #check(): void {
    if (this.#checking !== undefined) return
    this.#checking = new Checking(this.#config.checks, this.#node, () => this.#node.progress.ready())
    this.#checking.onMissing(() => this.#missingChanged.call())
  }

  #rest(): void {
    this.#checking?.close()
    this.#checking = undefined
  }
}
