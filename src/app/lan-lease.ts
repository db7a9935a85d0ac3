import type { Clock } from '../base/clock.ts'
import { type LanLeased, NO_ADDRESS } from '../bmc/lan-card.ts'
import type { Lease, OwnCard } from '../net/network.ts'

/** How long the start of a lab waits for a DHCP server; the BMC itself never gives up. */
const FIRST_LEASE_MS = 5_000

const NOTHING: LanLeased = { address: NO_ADDRESS, prefix: 0, gateway: NO_ADDRESS }

/** Whether a network card asks for its address, and what it was given. */
export class LanLease {
  readonly #card: OwnCard
  readonly #clock: Clock
  readonly #changed: () => void
  #asking = false
  #lease: Lease | undefined
  readonly #waiting = new Set<() => void>()

  /** `changed` is called when there is another lease than before, or a renewed one, or none any more. */
  constructor(card: OwnCard, clock: Clock, changed: () => void) {
    this.#card = card
    this.#clock = clock
    this.#changed = changed
  }

  get asking(): boolean {
    return this.#asking
  }

  get lease(): Lease | undefined {
    return this.#lease
  }

  /** What the BMC shows: undefined while nothing is asked for; no address while it does not answer at the one it has. */
  presence(answering: string | undefined): LanLeased | undefined {
    if (!this.#asking) return undefined
    return this.#lease !== undefined && this.#lease.address === answering ? this.#lease : NOTHING
  }

  check(): Promise<void> {
    return this.#card.checkLease()
  }

  async start(): Promise<void> {
    this.#lease = undefined
    await this.#card.startLease((lease) => {
      // "None" is also what a client says when it begins.
      if (!this.#asking || (lease === undefined && this.#lease === undefined)) return
      this.#lease = lease
      this.#changed()
    })
    this.#asking = true
  }

  async stop(): Promise<void> {
    this.#asking = false
    this.#lease = undefined
    this.settled()
    await this.#card.stopLease()
  }

  /** The lease has been made true, or nobody needs to wait for it any more. */
  settled(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** Resolves when it has settled, in a few seconds at most. */
  async first(): Promise<void> {
    if (!this.#asking) return
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(FIRST_LEASE_MS, resolve)
      this.#waiting.add(() => {
        timer.cancel()
        resolve()
      })
    })
  }
}
