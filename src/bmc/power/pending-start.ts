import type { Timer } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'

/**
 * A start that waits for the machine to be off: the second half of a power cycle, or "power up" said to a machine on its way
 * down. It may be called off until it begins.
 */
export class PendingStart {
  readonly start: () => Promise<void>
  /** Settles as the start does; rejects with `wrong-state` when it is called off. */
  readonly finished: Promise<void>
  /** The dark half's own length, once the machine is off. */
  timer: Timer | undefined
  #resolve = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(start: () => Promise<void>) {
    this.start = start
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Often nobody waits for it any more.
    this.finished.catch(() => {})
  }

  settleWith(started: Promise<void>): void {
    started.then(this.#resolve, this.#reject)
  }

  callOff(): void {
    this.timer?.cancel()
    this.#reject(new BmcError('wrong-state', 'a later power request took its place'))
  }
}
