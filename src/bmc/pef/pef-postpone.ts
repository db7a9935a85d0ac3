import type { Clock } from '../../base/clock.ts'

/** What Arm PEF Postpone Timer may say (IPMI 2.0 §30.2). */
const OFF = 0x00
/** Disabled until somebody says otherwise, or the machine goes off or is reset. */
const DISABLED = 0xfe

/**
 * The PEF postpone timer (IPMI 2.0 §17.3): while it is armed, events wait so that the operating system may deal with them
 * first. It counts from the first event that waits; when it has run out, the operating system is taken for dead and
 * events are filtered at once until it is armed again.
 */
export class PefPostpone {
  readonly #clock: Clock
  #armed = OFF
  /** `clock.monotonic()` when it runs out; undefined: it does not count. */
  #deadline: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** As the command answers: seconds left, FEh: disabled, 0: nothing is held back. */
  get present(): number {
    if (this.#deadline === undefined) return this.#armed
    return Math.max(0, Math.ceil((this.#deadline - this.#clock.monotonic()) / 1000))
  }

  /** How long events still have to wait. */
  get leftMs(): number {
    if (this.#armed === OFF) return 0
    if (this.#armed === DISABLED) return Number.POSITIVE_INFINITY
    if (this.#deadline === undefined) return this.#armed * 1000
    return Math.max(0, this.#deadline - this.#clock.monotonic())
  }

  /** 0 to FEh. */
  arm(timeout: number): void {
    this.#armed = timeout
    this.#deadline = undefined
  }

  /** An event waits: counts, unless it does already. */
  begin(): void {
    if (this.#armed === OFF || this.#armed === DISABLED) return
    this.#deadline ??= this.#clock.monotonic() + this.#armed * 1000
  }

  /** The operating system has dealt with all of them: armed again. */
  rewind(): void {
    this.#deadline = undefined
  }

  /** It ran out, or the machine went off or was reset. */
  disarm(): void {
    this.arm(OFF)
  }
}
