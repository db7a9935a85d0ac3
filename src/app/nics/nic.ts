import { BmcError } from '../../base/errors.ts'
import type { ForwardConfig, NicConfig, PlugConfig } from '../../config/config.ts'
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
  /** From the NIC's side. Null: nobody here counts them. */
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
  /** Its machine is off: nothing is at this end of the cable any more. */
  powerOff(): void
  /** Bytes both ways; undefined: nobody counts them. */
  readonly bytes: number | undefined
  status(): LinkStatus
  /** Throws a BmcError where this link has none of that. */
  check(change: LinkChange): void
  change(change: LinkChange): void
  /** `fn` sees every frame at the NIC, both ways; the result ends that. */
  watch(fn: (frame: Uint8Array) => void): () => void
  open(): Promise<void>
  close(): void
}

type Plug = Exclude<PlugConfig, { kind: 'segment' | 'udp' }>

/** Frames go past us, inside QEMU or by the kernel: the link is up or down, and nothing else of it is in our hands. */
export class ForeignNic implements Nic {
  readonly bytes = undefined
  readonly #whose: string
  readonly #config: NicConfig
  readonly #plug: Plug
  readonly #boot: () => string | undefined
  #up: boolean

  /** `whose`: `cn01:0`; `boot`: what QEMU's own network is told of booting. */
  constructor(config: NicConfig, plug: Plug, whose: string, boot: () => string | undefined = () => undefined) {
    this.#boot = boot
    this.#whose = whose
    this.#config = config
    this.#plug = plug
    this.#up = config.link.up
  }

  get up(): boolean {
    return this.#up
  }

  async netdev(): Promise<string> {
    const plug = this.#plug
    if (plug.kind === 'netdev') return plug.netdev
    // The tap of one on a bridge is app/taps.ts's.
    if (plug.kind !== 'user') return plug.kind
    return ['user', ...plug.forwards.map(hostForward), this.#boot()].filter((word) => word !== undefined).join(',')
  }

  async adopt(netdev: string): Promise<string | undefined> {
    // Where a script is served is known when it is, at the place that it had before if that can be had.
    const plain = (text: string) => text.replace(/,bootfile=[^,]*/, '')
    return plain(netdev) === plain(await this.netdev()) ? undefined : 'its NICs are plugged in elsewhere now'
  }

  powerOff(): void {}

  status(): LinkStatus {
    const { mac } = this.#config
    const plug = this.#plug
    const network = placeOf(plug)
    const nothing = { delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null }
    return { mac, kind: plug.kind, network, up: this.#up, ...nothing, sent: null, received: null }
  }

  check({ up: _, ...more }: LinkChange): void {
    if (Object.values(more).some((value) => value !== undefined)) throw goesPast(this.#whose, 'slowed down')
  }

  change({ up }: LinkChange): void {
    this.#up = up ?? this.#up
  }

  watch(): () => void {
    throw goesPast(this.#whose, 'captured')
  }

  async open(): Promise<void> {}

  close(): void {}
}

function placeOf(plug: Plug): string {
  switch (plug.kind) {
    case 'user':
      return plug.network
    case 'bridge':
      return plug.network ?? plug.bridge
    case 'netdev':
      return plug.netdev
  }
}

function hostForward({ protocol, host, port, guestHost = '', guestPort }: ForwardConfig): string {
  return `hostfwd=${protocol}:${host}:${port}-${guestHost}:${guestPort}`
}

function goesPast(whose: string, what: string): BmcError {
  return new BmcError(
    'not-supported',
    `${whose}: its frames do not come through bmcsim and cannot be ${what}; plug the NIC into a network of kind segment`,
  )
}
