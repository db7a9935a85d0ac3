import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { NetworkConfig, NicConfig } from '../../config/config.ts'
import { Segment } from '../../net/segment/segment.ts'
import { freeLoopbackPort } from '../../net/segment/udp-end.ts'
import { CableNic } from './cable-nic.ts'
import { BuiltInNic, type Nic } from './nic.ts'

/** The networks of a lab, which its nodes share: made once, opened before the first node and closed behind the last. */
export class Networks {
  readonly #segments: ReadonlyMap<string, Segment>
  readonly #clock: Clock
  readonly #random: Random
  /** Ports that QEMUs of this lab have, or are about to have. */
  readonly #ports = new Set<number>()

  constructor(networks: readonly NetworkConfig[], { clock, random }: { clock: Clock; random: Random }) {
    this.#clock = clock
    this.#random = random
    this.#segments = new Map(
      networks
        .filter((network) => network.kind === 'segment')
        .map(({ name, mtu, links }) => [name, new Segment({ name, mtu, links, clock })]),
    )
  }

  /** Rejects with a SetupError that says what is in the way. */
  async open(): Promise<void> {
    for (const segment of this.#segments.values()) await segment.open()
  }

  close(): void {
    for (const segment of this.#segments.values()) segment.close()
  }

  /** A NIC with its cable plugged in. `whose`: the node's name; `carries`: there is a machine that sends something. */
  nic(config: NicConfig, whose: string, carries: boolean): Nic {
    const { plug } = config
    if (plug.kind === 'netdev' || plug.kind === 'user') return new BuiltInNic(config, plug)
    return new CableNic(config, plug, {
      whose,
      carries,
      segment: plug.kind === 'segment' ? this.#segments.get(plug.network) : undefined,
      takePort: (before) => this.#takePort(before),
      clock: this.#clock,
      random: this.#random,
    })
  }

  /** A loopback port for a QEMU that is about to start, in place of the one that it had before. */
  async #takePort(before: number | undefined): Promise<number> {
    if (before !== undefined) this.#ports.delete(before)
    for (;;) {
      const port = await freeLoopbackPort()
      if (this.#ports.has(port)) continue
      this.#ports.add(port)
      return port
    }
  }
}
