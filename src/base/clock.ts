// Of the module: the global one is looked up anew by every call.
import { performance } from 'node:perf_hooks'

/** Time comes through this port, so that session timeouts, SOL retries and SEL times can be replayed in a test. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number
  /** Milliseconds that never run backwards. Use it for every timeout. */
  monotonic(): number
  /** Calls `fn` once after `ms`; the timer never keeps the process alive. */
  after(ms: number, fn: () => void): Timer
  /** Calls `fn` every `ms`. One per process, not one per BMC. */
  every(ms: number, fn: () => void): Timer
}

export interface Timer {
  cancel(): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  every(ms, fn) {
    const timer = setInterval(fn, ms)
    timer.unref()
    return { cancel: () => clearInterval(timer) }
  },
}

/** Resolves after `ms` of the given clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve))
}

/** Keeps the process alive while it waits for nothing but timers of a Clock, which do not: it ends by `process.exit`. */
export function holdProcess(): void {
  setInterval(() => {}, 2 ** 30)
}
