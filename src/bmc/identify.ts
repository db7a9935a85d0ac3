import type { Clock } from '../base/clock.ts'

/** The chassis identify light (IPMI 2.0 §28.5). It goes out by itself: nobody has to look. */
export class Identify {
  readonly #clock: Clock
  /** `clock.monotonic()` when it goes out; 0: it is out, Infinity: on until told otherwise. */
  #until = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get state(): 'off' | 'temporary' | 'indefinite' {
    if (this.#until === Number.POSITIVE_INFINITY) return 'indefinite'
    return this.#until > this.#clock.monotonic() ? 'temporary' : 'off'
  }

  on(seconds: number): void {
    this.#until = this.#clock.monotonic() + seconds * 1000
  }

  onIndefinitely(): void {
    this.#until = Number.POSITIVE_INFINITY
  }

  off(): void {
    this.#until = 0
  }
}
