import type { Clock } from '../base/clock.ts'
import type { Session } from './access/session.ts'

/** A client that said "set in progress" and then nothing more is believed to be gone. */
const IDLE_MS = 60_000

/**
 * The lock in front of LAN, boot and system info parameters (parameter 0 of each; IPMI 2.0 §23.1). It is advice among
 * clients, so it must never outlive the client that took it: it falls with the session, and after a minute of quiet for a
 * client without one.
 */
export class SetInProgress {
  readonly #clock: Clock
  #since: number | undefined
  #owner: Session | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get active(): boolean {
    if (this.#since !== undefined && this.#clock.monotonic() - this.#since >= IDLE_MS) this.end()
    return this.#since !== undefined
  }

  /** False when somebody else holds it. The same client may ask twice: its first answer may have been lost. */
  begin(owner: Session | undefined): boolean {
    if (this.active && this.#owner !== owner) return false
    this.#since = this.#clock.monotonic()
    this.#owner = owner
    return true
  }

  /** A write under the lock: the client is alive. */
  touch(): void {
    if (this.active) this.#since = this.#clock.monotonic()
  }

  end(): void {
    this.#since = undefined
    this.#owner = undefined
  }

  /** True when it was this session's. */
  sessionEnded(session: Session): boolean {
    if (this.#owner !== session) return false
    this.end()
    return true
  }
}
