import type { Clock, Timer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { HttpHeaders, RetryPolicy } from './subscriptions.ts'

/** One POST to somebody who wants to know. */
export interface Post {
  readonly url: string
  readonly headers: HttpHeaders
  readonly body: string
  readonly verifyCertificate: boolean
}

/** How a POST leaves; rejects where it was not taken. Whoever puts a service together fills it in. */
export type SendEvent = (post: Post) => Promise<void>

/** What a delivery asks before each attempt, so that a change counts for what waits already. */
export interface DeliveryTerms {
  readonly policy: RetryPolicy
  readonly attempts: number
  readonly intervalS: number
  post(body: string): Post
}

export interface DeliveryParts {
  readonly clock: Clock
  readonly log: Logger
  readonly send: SendEvent
  readonly terms: () => DeliveryTerms
  /** The retries have run out. */
  readonly gaveUp: (policy: 'TerminateAfterRetries' | 'SuspendRetries') => void
  /** A body that says that others were lost. */
  readonly overflowed: () => string
}

interface Waiting {
  readonly body: string
  /** `clock.monotonic()` when it happened. */
  readonly at: number
}

/** Events that wait for one destination. */
const ROOM = 1000
const LONGEST_BACKOFF_S = 3600

/** What goes to one destination, in the order in which it happened: the next is sent when the one before was taken. */
export class Delivery {
  readonly #parts: DeliveryParts
  #waiting: Waiting[] = []
  #lost = false
  #sending = false
  #failures = 0
  #timer: Timer | undefined
  #stopped: boolean

  constructor(parts: DeliveryParts, suspended: boolean) {
    this.#parts = parts
    this.#stopped = suspended
  }

  push(body: string): void {
    this.#waiting.push({ body, at: this.#parts.clock.monotonic() })
    if (this.#waiting.length > ROOM) {
      // The first may be on its way.
      this.#waiting.splice(this.#sending ? 1 : 0, 1)
      this.#lost = true
    }
    this.#next()
  }

  suspend(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** What is older than that is forgotten. */
  resume(withinMs: number): void {
    const oldest = this.#parts.clock.monotonic() - withinMs
    this.#waiting = this.#waiting.filter(({ at }) => at > oldest)
    this.#stopped = false
    this.#failures = 0
    this.#next()
  }

  close(): void {
    this.suspend()
    this.#waiting = []
  }

  #next(): void {
    if (this.#stopped || this.#sending || this.#timer !== undefined || this.#waiting.length === 0) return
    if (this.#lost) {
      this.#lost = false
      this.#waiting.unshift({ body: this.#parts.overflowed(), at: this.#parts.clock.monotonic() })
    }
    const { terms, send } = this.#parts
    const [first] = this.#waiting
    this.#sending = true
    send(terms().post(first.body)).then(
      () => this.#taken(first),
      (error: unknown) => this.#refused(error),
    )
  }

  #taken(first: Waiting): void {
    this.#sending = false
    this.#failures = 0
    if (this.#waiting[0] === first) this.#waiting.shift()
    this.#next()
  }

  #refused(error: unknown): void {
    this.#sending = false
    if (this.#stopped) return
    const { clock, log, terms, gaveUp } = this.#parts
    const { policy, attempts, intervalS } = terms()
    this.#failures++
    log.debug({ error: messageOf(error), failures: this.#failures }, 'an event was not delivered')
    const limited = policy === 'TerminateAfterRetries' || policy === 'SuspendRetries'
    if (limited && this.#failures > attempts) {
      gaveUp(policy)
      return
    }
    const seconds =
      policy === 'RetryForeverWithBackoff'
        ? Math.min(intervalS * 2 ** Math.min(this.#failures - 1, 16), LONGEST_BACKOFF_S)
        : intervalS
    this.#timer = clock.after(seconds * 1000, () => {
      this.#timer = undefined
      this.#next()
    })
  }
}
