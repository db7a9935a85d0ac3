import type { Clock } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'

/**
 * How far the machine is on its way up. `start`: it has power and its console is silent; `firmware`: its console said
 * something; `boot`: the firmware has begun to boot something, or the guest has asked its BMC something; `ready`: it is of use.
 */
export type BootStage = 'off' | 'start' | 'firmware' | 'boot' | 'ready'

/** Told by whoever follows the console; a BMC that nobody tells knows no more than whether there is power. */
export class BootProgress {
  readonly #clock: Clock
  #stage: BootStage | undefined
  #since: number | undefined
  /** When the machine got power or was reset; undefined: before anybody looked. */
  #startedAt: number | undefined
  #lastBootMs: number | undefined
  readonly #changes = new Listeners<[BootStage]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined: nobody follows it. */
  get stage(): BootStage | undefined {
    return this.#stage
  }

  /** When the stage began, milliseconds since 1970. */
  get since(): number | undefined {
    return this.#since
  }

  /** How long the last way from a start to `ready` took; undefined: nobody has seen one. */
  get lastBootMs(): number | undefined {
    return this.#lastBootMs
  }

  /** A start is one, also where the stage was `start` already. */
  reached(stage: BootStage): void {
    if (stage === this.#stage && stage !== 'start') return
    const now = this.#clock.monotonic()
    if (stage === 'start') this.#startedAt = now
    if (stage === 'ready' && this.#startedAt !== undefined) this.#lastBootMs = now - this.#startedAt
    this.#since = this.#clock.now()
    if (stage === this.#stage) return
    this.#stage = stage
    this.#changes.call(stage)
  }

  onChange(fn: (stage: BootStage) => void): () => void {
    return this.#changes.add(fn)
  }
}
