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

  reached(stage: BootStage): void {
    if (stage === this.#stage) return
    this.#stage = stage
    this.#since = this.#clock.now()
    this.#changes.call(stage)
  }

  onChange(fn: (stage: BootStage) => void): () => void {
    return this.#changes.add(fn)
  }
}
