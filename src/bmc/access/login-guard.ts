import type { Clock } from '../../base/clock.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import type { Logger } from '../../base/logger.ts'
import type { SessionAudit } from './session-audit.ts'
import type { Users } from './users.ts'

/** LAN parameter 26, Bad Password Threshold (IPMI 2.0 Table 23-4); both intervals count tens of seconds. */
export interface BadPasswordRule {
  /** Whether a lock-out is an event. */
  readonly event: boolean
  /** Wrong passwords in a row that are one too many; 0: as many as one likes. */
  readonly threshold: number
  /** From the last wrong password on, until the count is forgotten; 0: never. */
  readonly resetInterval: number
  /** Until the user may log in again; 0: not before Set User Access says so. */
  readonly lockoutInterval: number
}

export function badPasswordRule(parameter: Uint8Array): BadPasswordRule {
  const [event, threshold, resetLow, resetHigh, lockoutLow, lockoutHigh] = parameter
  return {
    event: (event & 0x01) !== 0,
    threshold,
    resetInterval: resetLow | (resetHigh << 8),
    lockoutInterval: lockoutLow | (lockoutHigh << 8),
  }
}

/** The parameter of a rule; what is too large for it is the largest that it has. */
export function bytesOfBadPasswordRule(rule: BadPasswordRule): Uint8Array {
  const reset = Math.min(rule.resetInterval, 0xffff)
  const lockout = Math.min(rule.lockoutInterval, 0xffff)
  return Uint8Array.of(
    rule.event ? 1 : 0,
    Math.min(rule.threshold, 0xff),
    reset & 0xff,
    reset >> 8,
    lockout & 0xff,
    lockout >> 8,
  )
}

interface Count {
  wrong: number
  last: number
}

const UNIT_MS = 10_000

interface LoginGuardParts {
  readonly clock: Clock
  readonly log: Logger
  readonly users: Users
  readonly audit: SessionAudit
  readonly rule: (channel: number) => BadPasswordRule
  /** Somebody is locked out, for a time. */
  readonly locked: () => void
}

/**
 * Counts wrong passwords for each user and channel apart, and takes the user off the channel when there were too many in a
 * row. Sessions that run go on: whoever guesses passwords shall not be able to end another's work.
 */
export class LoginGuard {
  readonly #parts: LoginGuardParts
  readonly #counts = new LazyMap<number, Count>()
  /** Since when who is locked out. A restart begins the interval anew, as Table 23-4 allows. */
  readonly #since = new LazyMap<number, number>()

  constructor(parts: LoginGuardParts) {
    this.#parts = parts
  }

  succeeded(userId: number, channel: number): void {
    this.#counts.delete(keyOf(userId, channel))
    this.#parts.audit.activated(userId, channel)
  }

  /** The right password, with a request that is no login of its own: no event of the audit. */
  rightPassword(userId: number, channel: number): void {
    this.#counts.delete(keyOf(userId, channel))
  }

  unknownName(channel: number): void {
    this.#parts.audit.loginFailed(0, channel)
  }

  /** A login that would have been let in with the right password. */
  wrongPassword(userId: number, channel: number): void {
    const { clock, users, audit, rule, log } = this.#parts
    audit.loginFailed(userId, channel)
    const { threshold, resetInterval, event } = rule(channel)
    if (threshold === 0) return
    const now = clock.monotonic()
    const key = keyOf(userId, channel)
    const before = this.#counts.get(key)
    const forgotten = before !== undefined && resetInterval > 0 && now - before.last >= resetInterval * UNIT_MS
    const wrong = (before === undefined || forgotten ? 0 : before.wrong) + 1
    this.#counts.set(key, { wrong, last: now })
    if (wrong < threshold) return
    this.#counts.delete(key)
    this.#since.set(key, now)
    users.lock(userId, channel)
    this.#parts.locked()
    log.warn({ userId, channel, wrong }, 'too many wrong passwords: the user is disabled on this channel')
    if (event) audit.userDisabled(userId, channel)
  }

  /** Once a second: whose time is over may come back. False: nobody is locked out. */
  second(): boolean {
    const { clock, users, rule, log } = this.#parts
    if (!users.anyLocked) return false
    const now = clock.monotonic()
    for (const { userId, channel } of users.locked) {
      const key = keyOf(userId, channel)
      const since = this.#since.get(key) ?? now
      this.#since.set(key, since)
      const { lockoutInterval } = rule(channel)
      if (lockoutInterval === 0 || now - since < lockoutInterval * UNIT_MS) continue
      this.#since.delete(key)
      users.unlock(userId, channel)
      log.info({ userId, channel }, 'the user may log in again')
    }
    return users.anyLocked
  }
}

function keyOf(userId: number, channel: number): number {
  return (channel << 6) | userId
}
