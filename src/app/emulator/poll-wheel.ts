import type { Clock, Timer } from '../../base/clock.ts'

interface Poll {
  readonly mc: number
  readonly everyMs: number
  readonly look: () => Promise<void>
  dueMs: number
  running: boolean
}

/**
 * One timer for all polled sensors of a node, and none where there are none. Each is looked at when it is due, never twice at a
 * time: a program that takes longer than its interval is simply asked less often.
 */
export class PollWheel {
  readonly #clock: Clock
  #polls: readonly Poll[] = []
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `look` must not reject. The first time is now. */
  add(mc: number, everyMs: number, look: () => Promise<void>): void {
    this.#polls = [...this.#polls, { mc, everyMs, look, dueMs: this.#clock.monotonic(), running: false }]
    this.#turn()
  }

  removeOf(mc: number): void {
    this.#polls = this.#polls.filter((poll) => poll.mc !== mc)
    this.#arm()
  }

  close(): void {
    this.#polls = []
    this.#arm()
  }

  #turn(): void {
    const now = this.#clock.monotonic()
    for (const poll of this.#polls) {
      if (poll.dueMs > now) continue
      poll.dueMs = now + poll.everyMs
      if (!poll.running) void this.#look(poll)
    }
    this.#arm()
  }

  async #look(poll: Poll): Promise<void> {
    poll.running = true
    await poll.look()
    poll.running = false
  }

  #arm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#polls.length === 0) return
    const next = Math.min(...this.#polls.map((poll) => poll.dueMs))
    this.#timer = this.#clock.after(Math.max(0, next - this.#clock.monotonic()), () => this.#turn())
  }
}
