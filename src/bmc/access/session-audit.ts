import type { Clock } from '../../base/clock.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import type { Logger } from '../../base/logger.ts'
import type { BmcEvents } from '../events.ts'
import type { Sensors } from '../sensors/sensors.ts'
import type { Sel } from '../storage/sel.ts'
import type { SessionEnd } from './sessions.ts'

/** Session Audit (IPMI 2.0 Table 42-3, type 2Ah). */
const SESSION_AUDIT = 0x2a
const ACTIVATED = 0x00
const DEACTIVATED = 0x01
const INVALID_LOGIN = 0x02
const USER_DISABLED = 0x03
const SENSOR_SPECIFIC = 0x6f
const NO_SENSOR = 0xff
/** Event data 2 has the user, event data 3 the cause and the channel. */
const DATA_SPECIFIC = 0xf0

/** Bits 5:4 of event data 3, for ends that have a word there. */
const causes: Readonly<Partial<Record<SessionEnd, number>>> = {
  closed: 1,
  'timed out': 2,
  'user changed': 3,
  // The BMC moved to another address.
  'link gone': 3,
}
const UNSPECIFIED = 0

/** One failed login a user and channel in this time; the others are counted in the log only. */
const QUIET_MS = 60_000
/** How much of the SEL may be about sessions. */
const MOST_OF_SEL = 0.5

interface SessionAuditParts {
  readonly enabled: boolean
  readonly clock: Clock
  readonly log: Logger
  readonly sel: Sel
  readonly sensors: Sensors
  readonly events: BmcEvents
}

/**
 * Logins in the system event log, where the configuration asks for them. Anybody who reaches the port can fail to log in as
 * often as he likes, so what he causes is bounded twice: failures of one user and channel are an event a minute, and
 * once half of the SEL is about sessions nothing more of them is put in. Room for what the hardware has to say is left.
 */
export class SessionAudit {
  readonly #parts: SessionAuditParts
  /** When a failure of this user and channel may be an event again. */
  readonly #quietUntil = new LazyMap<number, number>()

  constructor(parts: SessionAuditParts) {
    this.#parts = parts
  }

  activated(userId: number, channel: number): void {
    if (this.#parts.enabled) this.#event(ACTIVATED, userId, channel)
  }

  deactivated(userId: number, channel: number, why: SessionEnd): void {
    if (this.#parts.enabled) this.#event(DEACTIVATED, userId, ((causes[why] ?? UNSPECIFIED) << 4) | channel)
  }

  /** A name that nobody here has (user 0), or a wrong password. */
  loginFailed(userId: number, channel: number): void {
    if (!this.#parts.enabled) return
    const now = this.#parts.clock.monotonic()
    const key = (channel << 6) | userId
    if ((this.#quietUntil.get(key) ?? now) > now) return
    this.#quietUntil.set(key, now + QUIET_MS)
    this.#event(INVALID_LOGIN, userId, channel)
  }

  /** LAN parameter 26 asks for this one by itself; it comes at most once a lock-out. */
  userDisabled(userId: number, channel: number): void {
    this.#event(USER_DISABLED, userId, channel)
  }

  #event(offset: number, userId: number, data3: number): void {
    const { sel, sensors, events, log } = this.#parts
    const present = sel.records.filter((record) => record[2] === 0x02 && record[10] === SESSION_AUDIT).length
    if (present >= sel.capacity * MOST_OF_SEL) {
      log.debug({ offset, userId, data3 }, 'session audit: half of the SEL is about sessions, not logged there')
      return
    }
    events.event({
      sensorType: SESSION_AUDIT,
      sensorNumber: sensors.numberOfType(SESSION_AUDIT) ?? NO_SENSOR,
      eventType: SENSOR_SPECIFIC,
      data: [DATA_SPECIFIC | offset, userId, data3],
    })
  }
}
