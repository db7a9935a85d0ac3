import { setMaxListeners } from 'node:events'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ctrl-C and its like, for what only waits: it is told, and ends in its own way. */
export class CalledOff {
  readonly signal: AbortSignal
  readonly #abort: () => void

  constructor() {
    const called = new AbortController()
    this.signal = called.signal
    // Every node listens; Node warns from the eleventh on.
    setMaxListeners(0, called.signal)
    this.#abort = () => called.abort()
    for (const one of signals) process.on(one, this.#abort)
  }

  /** What that comes to, or undefined where it was called off before. */
  before<T>(promise: Promise<T>): Promise<T | undefined> {
    return Promise.race([
      promise,
      new Promise<undefined>((resolve) => {
        if (this.signal.aborted) resolve(undefined)
        else this.signal.addEventListener('abort', () => resolve(undefined))
      }),
    ])
  }

  dispose(): void {
    for (const one of signals) process.off(one, this.#abort)
  }
}
