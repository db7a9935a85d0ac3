import type { Clock, Timer } from '../../src/base/clock.ts'

interface Due {
  at: number
  readonly order: number
  readonly everyMs: number | undefined
  readonly fn: () => void
}

/** A clock that stands still until a test says `advance`. Timers fire in the order of their times, then of their making. */
export class FakeClock implements Clock {
  #now: number
  #monotonic = 0
  #made = 0
  #due: Due[] = []

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, fn: () => void): Timer {
    return this.#add(ms, undefined, fn)
  }

  every(ms: number, fn: () => void): Timer {
    return this.#add(ms, ms, fn)
  }

  /** How many timers wait: 0 after everything was cancelled. */
  get waiting(): number {
    return this.#due.length
  }

  /** Lets `ms` pass, firing what falls due on the way, also what that makes due. */
  advance(ms: number): void {
    const until = this.#monotonic + ms
    for (;;) {
      const next = this.#due
        .filter((due) => due.at <= until)
        .reduce<Due | undefined>(
          (a, b) => (!a || b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a),
          undefined,
        )
      if (!next) break
      this.#moveTo(Math.max(next.at, this.#monotonic))
      if (next.everyMs === undefined) this.#due = this.#due.filter((due) => due !== next)
      else next.at += Math.max(next.everyMs, 1)
      next.fn()
    }
    this.#moveTo(until)
  }

  /** Lets `ms` pass as a process does that was stopped meanwhile: what fell due fires with the next `advance`. */
  stall(ms: number): void {
    this.#moveTo(this.#monotonic + ms)
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }

  #add(ms: number, everyMs: number | undefined, fn: () => void): Timer {
    const due: Due = { at: this.#monotonic + Math.max(ms, 0), order: this.#made++, everyMs, fn }
    this.#due.push(due)
    return {
      cancel: () => {
        this.#due = this.#due.filter((other) => other !== due)
      },
    }
  }
}
