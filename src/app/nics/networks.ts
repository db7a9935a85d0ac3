import type { Clock } from '../../base/clock.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { Ledger } from '../../base/ledger.ts'
import type { Random } from '../../base/random.ts'
import type { NetworkConfig, NicConfig } from '../../config/config.ts'
import { LoopbackPorts } from '../../net/segment/loopback-ports.ts'
import { Segment } from '../../net/segment/segment.ts'
import { CableNic } from './cable-nic.ts'
import { ForeignNic, type Nic } from './nic.ts'

/** The networks of a lab, which its nodes share: made once, opened before the first node and closed behind the last. */
export class Networks {
  readonly #segments: ReadonlyMap<string, Segment>
  readonly #clock: Clock
  readonly #random: Random
  /** For the QEMUs of this lab. */
  readonly #ports = new LoopbackPorts()

  /** `ledger`: of the lab, for what a network makes on this machine. */
  constructor(networks: readonly NetworkConfig[], { clock, random }: { clock: Clock; random: Random; ledger: Ledger }) {
    this.#clock = clock
    this.#random = random
    this.#segments = new Map(
      networks
        .filter((network) => network.kind === 'segment')
        .map(({ name, mtu, links }) => [name, new Segment({ name, mtu, links, clock })]),
    )
  }

  /** Rejects with a SetupError that says everything that is in the way. */
  async open(): Promise<void> {
    const opened = await Promise.allSettled([...this.#segments.values()].map((segment) => segment.open()))
    const failures = opened.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
  }

  close(): void {
    for (const segment of this.#segments.values()) segment.close()
  }

  /** A NIC with its cable plugged in. `whose`: the node's name; `carries`: there is a machine that sends something. */
  nic(config: NicConfig, whose: string, carries: boolean): Nic {
    const { plug } = config
    if (plug.kind !== 'segment' && plug.kind !== 'udp') return new ForeignNic(config, plug, whose)
    return new CableNic(config, plug, {
      whose,
      carries,
      segment: plug.kind === 'segment' ? this.#segments.get(plug.network) : undefined,
      ports: this.#ports,
      clock: this.#clock,
      random: this.#random,
    })
  }
}
