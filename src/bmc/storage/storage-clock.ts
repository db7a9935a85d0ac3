import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { Store } from '../store.ts'
import { storedBoolean, storedNumber } from '../stored.ts'

/** §31.11a: nobody said how far local time is from UTC. */
const UTC_OFFSET_UNSPECIFIED = 0x7ff

/**
 * The time that SEL and SDR repository write into their records: seconds since 1970, ours plus what Set SEL Time added
 * (IPMI 2.0 §31.10, §31.11). Both are one clock, as the specification allows.
 */
export class StorageClock {
  readonly #clock: Clock
  readonly #store: Store
  #ahead: number

  constructor(clock: Clock, store: Store) {
    this.#clock = clock
    this.#store = store
    this.#ahead = storedNumber(store, 'sel.clock-ahead') ?? 0
  }

  get seconds(): number {
    return (Math.floor(this.#clock.now() / 1000) + this.#ahead) >>> 0
  }

  /** Refused with a BmcError while it follows the network's time. */
  set(seconds: number): void {
    if (this.follows) {
      throw new BmcError('wrong-state', "the BMC's clock is set by NTP; switch NTP off to set it by hand")
    }
    this.#write(seconds)
  }

  /** By NTP. Nobody is asked: the time of the network is the one that this machine has. */
  get follows(): boolean {
    return storedBoolean(this.#store, 'ntp.enabled') ?? false
  }

  follow(on: boolean): void {
    this.#store.set('ntp.enabled', on)
    if (on) this.#write(this.#networkSeconds)
  }

  get #networkSeconds(): number {
    return Math.floor(this.#clock.now() / 1000) + this.offsetMinutes * 60
  }

  #write(seconds: number): void {
    const ahead = seconds - Math.floor(this.#clock.now() / 1000)
    this.#store.set('sel.clock-ahead', ahead)
    this.#ahead = ahead
  }

  /** Minutes from -1440 to 1440, or 7FFh: unspecified (§31.11a). */
  get utcOffset(): number {
    return storedNumber(this.#store, 'sel.utc-offset') ?? UTC_OFFSET_UNSPECIFIED
  }

  setUtcOffset(minutes: number): void {
    this.#store.set('sel.utc-offset', minutes)
    if (this.follows) this.#write(this.#networkSeconds)
  }

  /** How far it is ahead of UTC: where nobody has said, it is taken for UTC. */
  get offsetMinutes(): number {
    return this.utcOffset === UTC_OFFSET_UNSPECIFIED ? 0 : this.utcOffset
  }

  /** The moment that it shows. */
  get unixSeconds(): number {
    return this.seconds - this.offsetMinutes * 60
  }

  setUnixSeconds(seconds: number): void {
    this.set(seconds + this.offsetMinutes * 60)
  }

  /** To another time zone: the moment stays. */
  moveTo(minutes: number): void {
    const now = this.unixSeconds
    this.setUtcOffset(minutes)
    this.#write(now + this.offsetMinutes * 60)
  }
}
