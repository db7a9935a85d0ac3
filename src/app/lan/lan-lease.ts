import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { type LanLeased, NO_ADDRESS } from '../../bmc/lan/lan-card.ts'
import type { Lease, OwnCard } from '../../net/network.ts'

/** How long the start of a lab waits for a DHCP server; the BMC itself never gives up. */
const FIRST_LEASE_MS = 5_000
const NOTHING: LanLeased = { address: NO_ADDRESS, prefix: 0, gateway: NO_ADDRESS }

/** Where the BMC answers, as far as a lease moves it. */
export interface LeasedHome {
  /** Undefined: nowhere. */
  address(): string | undefined
  /** Runs a step when no other change is under way; drops it once the BMC is being shut down. */
  later(step: () => Promise<void>): void
  moveTo(lease: Lease): Promise<void>
  /** It answers for the second that a client needs to get its answer; `at once`: it is silent when this resolves. */
  leave(how: 'in a second' | 'at once'): Promise<void>
}

/** A network card that asks a DHCP server for its address: whether it does, what it was given, and the BMC that goes there. */
export class LanLease {
  readonly #card: OwnCard
  readonly #home: LeasedHome
  readonly #node: string
  readonly #clock: Clock
  readonly #log: Logger
  #asking = false
  #lease: Lease | undefined
  readonly #leased: () => void
  readonly #waiting = new Set<() => void>()

  constructor(parts: {
    readonly card: OwnCard
    readonly home: LeasedHome
    readonly node: string
    readonly clock: Clock
    readonly log: Logger
    /** There is one, which is to be made true. */
    readonly leased: () => void
  }) {
    this.#card = parts.card
    this.#home = parts.home
    this.#node = parts.node
    this.#clock = parts.clock
    this.#log = parts.log
    this.#leased = parts.leased
  }

  get asking(): boolean {
    return this.#asking
  }

  /** What the BMC shows: undefined while nothing is asked for; no address while it does not answer at the one it has. */
  presence(answering: string | undefined): LanLeased | undefined {
    if (!this.#asking) return undefined
    return this.#lease !== undefined && this.#lease.address === answering ? this.#lease : NOTHING
  }

  /** Rejects with a BmcError where nothing could ask. */
  check(): Promise<void> {
    return this.#card.checkLease()
  }

  /** Or once more, where the server is to see another MAC. Until there is a lease, the BMC has no address. */
  async start(): Promise<void> {
    this.#lease = undefined
    await this.#card.startLease((lease) => {
      // "None" is also what a client says when it begins.
      if (!this.#asking || (lease === undefined && this.#lease === undefined)) return
      this.#lease = lease
      this.#leased()
      this.#home.later(() => this.#follow())
    })
    this.#asking = true
    await this.#home.leave('in a second')
    this.#log.info(this.#facts, `BMC of ${this.#node} asks a DHCP server for its address`)
  }

  /** The address stays with the BMC. */
  async stop(): Promise<void> {
    this.#asking = false
    this.#lease = undefined
    this.settled()
    await this.#card.stopLease()
  }

  /** Once a second: a lease that could not be made true is tried again. False: there is none. */
  second(): boolean {
    if (this.#lease !== undefined && this.#home.address() === undefined) this.#home.later(() => this.#follow())
    return this.#lease !== undefined
  }

  /** Nobody needs to wait for a first lease any more. */
  settled(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** Resolves when the BMC answers at the address that it was given, or in a few seconds; false where it does not. */
  async first(): Promise<boolean> {
    if (this.#asking && this.#home.address() === undefined) {
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(FIRST_LEASE_MS, resolve)
        this.#waiting.add(() => {
          timer.cancel()
          resolve()
        })
      })
    }
    return !this.#asking || this.#home.address() !== undefined
  }

  /** In turn: what counts is the lease that there is by now. */
  async #follow(): Promise<void> {
    const lease = this.#lease
    if (!this.#asking) return
    if (lease === undefined) {
      const address = this.#home.address()
      this.#log.warn({ ...this.#facts, address }, `the lease of ${this.#node}'s BMC has run out; it has no address now`)
      // It may be somebody else's.
      await this.#home.leave('at once')
      return
    }
    try {
      await this.#home.moveTo(lease)
    } catch (error) {
      const { address } = lease
      this.#log.error(
        { ...this.#facts, address, error: messageOf(error) },
        'no answer at the leased address; it is tried again',
      )
    }
    this.settled()
  }

  get #facts() {
    return { namespace: this.#card.namespace }
  }
}
