import type { Clock } from '../../base/clock.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { Ledger } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { BridgeNetworkConfig, NetworkConfig, NicConfig } from '../../config/config.ts'
import { LoopbackPorts } from '../../net/segment/loopback-ports.ts'
import { Segment } from '../../net/segment/segment.ts'
import { Bridges } from './bridges.ts'
import { CableNic } from './cable-nic.ts'
import { ForeignNic, type Nic } from './nic.ts'

/** The networks of a lab, which its nodes share: opened before the first node and closed behind the last, or one by one in between. */
export class Networks {
  readonly #configs = new Map<string, NetworkConfig>()
  readonly #segments = new Map<string, Segment>()
  /** Undefined: they are another thread's. */
  readonly #bridges: Bridges | undefined
  readonly #clock: Clock
  readonly #random: Random
  /** For the QEMUs of this lab. */
  readonly #ports = new LoopbackPorts()

  /** `ledger`: of the lab, for what a network makes on this machine; `isShare`: of the nodes of a worker, and no bridges. */
  constructor(
    networks: readonly NetworkConfig[],
    around: { clock: Clock; random: Random; ledger: Ledger; log: Logger; isShare?: boolean },
  ) {
    this.#clock = around.clock
    this.#random = around.random
    this.#bridges = around.isShare ? undefined : new Bridges(around)
    for (const network of networks) this.#add(network)
  }

  /** Those of the file. Rejects with a SetupError that says everything that is in the way. */
  async open(): Promise<void> {
    const bridges = [...this.#configs.values()].filter(isBridge)
    await this.#bridges?.tidy(bridges)
    await this.#bridges?.open(bridges)
    await openAll([...this.#segments.values()])
  }

  /** One more, while the lab runs. Rejects with a SetupError, and nothing has changed. */
  async openOne(network: NetworkConfig): Promise<void> {
    const { name } = network
    this.#add(network)
    try {
      if (isBridge(network)) await this.#bridges?.open([network])
      else await this.#segments.get(name)?.open()
    } catch (error) {
      await this.closeOne(name)
      throw error
    }
  }

  /** No node uses it any more. */
  async closeOne(name: string): Promise<void> {
    const network = this.#configs.get(name)
    this.#configs.delete(name)
    this.#segments.get(name)?.close()
    this.#segments.delete(name)
    if (network !== undefined && isBridge(network)) await this.#bridges?.close(name)
  }

  /** What could not be taken away is in the log, and in the ledger for the next start. */
  async close(): Promise<void> {
    for (const segment of this.#segments.values()) segment.close()
    await this.#bridges?.close()
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

  #add(network: NetworkConfig): void {
    const { name } = network
    this.#configs.set(name, network)
    if (network.kind !== 'segment') return
    const { mtu, links } = network
    this.#segments.set(name, new Segment({ name, mtu, links, clock: this.#clock }))
  }
}

function isBridge(network: NetworkConfig): network is BridgeNetworkConfig {
  return network.kind === 'bridge' || network.kind === 'isolated'
}

async function openAll(segments: readonly Segment[]): Promise<void> {
  const opened = await Promise.allSettled(segments.map((segment) => segment.open()))
  const failures = opened.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
  if (failures.length > 0) throw new SetupError(failures.join('\n'))
}
