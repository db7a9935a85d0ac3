import type { Clock } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Machine } from '../../machine/machine.ts'

/** The chassis identify light (IPMI 2.0 §28.5). It goes out by itself: nobody has to look. */
export class Identify {
  readonly #clock: Clock
  readonly #machine: Pick<Machine, 'identify'>
  /** `clock.monotonic()` when it goes out; 0: it is out, Infinity: on until told otherwise. */
  #until = 0
  #steady = false
  readonly #changes = new Listeners<[]>()

  constructor(clock: Clock, machine: Pick<Machine, 'identify'>) {
    this.#clock = clock
    this.#machine = machine
  }

  get state(): 'off' | 'temporary' | 'indefinite' {
    if (this.#until === Number.POSITIVE_INFINITY) return 'indefinite'
    return this.#until > this.#clock.monotonic() ? 'temporary' : 'off'
  }

  /** Whoever lit it wanted it to shine, not to blink. */
  get steady(): boolean {
    return this.#steady && this.state !== 'off'
  }

  /** 0 seconds: out. `forced`: on until told otherwise. A machine that has such a light is told first, and may refuse. */
  light(seconds: number, forced: boolean, steady = false): void | Promise<void> {
    const told = this.#machine.identify?.(seconds, forced)
    const set = () => this.#set(seconds, forced, steady)
    return told === undefined ? set() : told.then(set)
  }

  /** Forgets that it was on; the machine is not told. */
  off(): void {
    this.#until = 0
    this.#changes.call()
  }

  /** Somebody lit it or put it out; that a time is over nobody tells. */
  onChange(fn: () => void): () => void {
    return this.#changes.add(fn)
  }

  #set(seconds: number, forced: boolean, steady: boolean): void {
    this.#steady = steady
    if (forced) this.#until = Number.POSITIVE_INFINITY
    else this.#until = seconds === 0 ? 0 : this.#clock.monotonic() + seconds * 1000
    this.#changes.call()
  }
}
