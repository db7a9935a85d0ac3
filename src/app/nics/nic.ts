import type { LeadRound } from '../../backends/qemu/options.ts'
import { BmcError } from '../../base/errors.ts'
import type { NicConfig, PlugConfig } from '../../config/config.ts'
import type { LaneCounts } from '../../net/segment/link.ts'

/** What can be changed of a link; what is left out stays as it is. */
export interface LinkChange {
  readonly up?: boolean
  readonly delayMs?: number
  readonly jitterMs?: number
  readonly lossPercent?: number
  /** Bits a second; null: as much as goes. */
  readonly rateBps?: number | null
}

/** What `bmcsim link --json` prints of a NIC, besides whose it is. Add, never rename. */
export interface LinkStatus {
  readonly mac: string
  readonly kind: PlugConfig['kind']
  /** The network's name; of a UDP link `LISTEN-PEER`; a bridge of no network; else what QEMU was given. */
  readonly network: string
  readonly up: boolean
  readonly delayMs: number
  readonly jitterMs: number
  readonly lossPercent: number
  readonly rateBps: number | null
  /** From the NIC's side. Null: nobody here counts them now. */
  readonly sent: LaneCounts | null
  readonly received: LaneCounts | null
}

/** A NIC of a node and the cable in it. */
export interface Nic {
  readonly up: boolean
  /** Text behind QEMU's `-netdev`, asked before every start. */
  netdev(): Promise<string>
  /**
   * A QEMU that was started with `netdev` by an earlier process of ours is at this end of the cable. Resolves with why it cannot
   * be, or undefined.
   */
  adopt(netdev: string): Promise<string | undefined>
  /** Of one whose frames are led round only where they have to be: its QEMU runs, and can do that as long as it does. */
  plugged?(lead: LeadRound): Promise<void>
  /** Its machine is off: nothing is at this end of the cable any more. */
  powerOff(): void
  /** Bytes both ways; undefined: nobody counts them. */
  readonly bytes: number | undefined
  status(): LinkStatus
  /** Throws a BmcError where this link has none of that. */
  check(change: LinkChange): void
  /** Rejects with a BmcError where it could not be done; all is as it was then. */
  change(change: LinkChange): Promise<void>
  /** `fn` sees every frame at the NIC, both ways, from when this resolves; the result ends that. */
  watch(fn: (frame: Uint8Array) => void): Promise<() => void>
  open(): Promise<void>
  close(): void
}

/** What is said in a change of what a cable does. */
export function saidOf(more: Omit<LinkChange, 'up'>): Omit<LinkChange, 'up'> {
  return Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined))
}

/** Plugged in by words of the user's for QEMU: the link is up or down, and nothing else of it is in our hands. */
export class ForeignNic implements Nic {
  readonly bytes = undefined
  readonly #whose: string
  readonly #config: NicConfig
  readonly #netdev: string
  #up: boolean

  /** `whose`: `cn01:0`. */
  constructor(config: NicConfig, netdev: string, whose: string) {
    this.#whose = whose
    this.#config = config
    this.#netdev = netdev
    this.#up = config.link.up
  }

  get up(): boolean {
    return this.#up
  }

  async netdev(): Promise<string> {
    return this.#netdev
  }

  async adopt(netdev: string): Promise<string | undefined> {
    return netdev === this.#netdev ? undefined : 'its NICs are plugged in elsewhere now'
  }

  powerOff(): void {}

  status(): LinkStatus {
    const nothing = { delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null }
    const { mac } = this.#config
    return { mac, kind: 'netdev', network: this.#netdev, up: this.#up, ...nothing, sent: null, received: null }
  }

  check(change: LinkChange): void {
    const { up: _, ...others } = change
    const more = saidOf(others)
    if (Object.keys(more).length > 0) throw goesPast(this.#whose, 'slowed down')
  }

  async change({ up }: LinkChange): Promise<void> {
    this.#up = up ?? this.#up
  }

  async watch(): Promise<() => void> {
    throw goesPast(this.#whose, 'captured')
  }

  async open(): Promise<void> {}

  close(): void {}
}

function goesPast(whose: string, what: string): BmcError {
  return new BmcError(
    'not-supported',
    `${whose}: its frames do not come through bmcsim and cannot be ${what}; plug the NIC into a network, in place of netdev`,
  )
}
