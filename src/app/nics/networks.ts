import type { Clock } from '../../base/clock.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { Ledger } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import type { BridgeNetworkConfig, NetworkConfig, NicConfig, NodeConfig, SegmentConfig } from '../../config/config.ts'
import { LoopbackPorts } from '../../net/segment/loopback-ports.ts'
import { Segment } from '../../net/segment/segment.ts'
import type { NetworkServices } from '../boot/network-services.ts'
import { Bridges } from './bridges.ts'
import { CableNic } from './cable-nic.ts'
import { ForeignNic, type Nic } from './nic.ts'
import { OuterNic } from './outer-nic.ts'

/** The networks of a lab, which its nodes share: made once, opened before the first node and closed behind the last. */
export class Networks {
  readonly #segments = new Map<string, Segment>()
  /** Those that are gone, until `open`. */
  readonly #leaving = new Set<Segment>()
  /** Undefined: they are another thread's. */
  readonly #bridges: Bridges | undefined
  readonly #clock: Clock
  readonly #random: Random
  /** For the QEMUs of this lab. */
  readonly #ports = new LoopbackPorts()
  readonly #services: NetworkServices | undefined
  #declared: readonly NetworkConfig[] = []

  /**
   * `ledger`: of the lab, for what a network makes on this machine; `services`: what we serve on them; `isShare`: of a worker,
   * and the bridges are the main thread's.
   */
  constructor(
    networks: readonly NetworkConfig[],
    around: {
      clock: Clock
      random: Random
      ledger: Ledger
      log: Logger
      services?: NetworkServices | undefined
      isShare?: boolean | undefined
    },
  ) {
    this.#bridges = around.isShare ? undefined : new Bridges(around)
    this.#clock = around.clock
    this.#random = around.random
    this.#services = around.services
    this.declare(networks)
  }

  /**
   * What there is to be from now on: a NIC that is made next is plugged into these. What stays the same stays as it is, with
   * who is plugged in. Nothing is opened or closed before `open`.
   */
  declare(networks: readonly NetworkConfig[]): void {
    this.#declared = networks
    const wanted = new Map(networks.filter((network) => network.kind === 'segment').map((one) => [one.name, one]))
    for (const [name, segment] of this.#segments) {
      const { mtu, links } = wanted.get(name) ?? {}
      if (links !== undefined && mtu === segment.mtu) {
        segment.links = links
        continue
      }
      this.#leaving.add(segment)
      this.#segments.delete(name)
    }
    for (const { name, mtu, links } of wanted.values()) {
      if (!this.#segments.has(name)) this.#segments.set(name, this.#segment({ name, mtu, links }))
    }
  }

  /** One that was about to go comes back with who is plugged in. */
  #segment({ name, mtu, links }: Pick<SegmentConfig, 'name' | 'mtu' | 'links'>): Segment {
    const back = [...this.#leaving].find((segment) => segment.name === name && segment.mtu === mtu)
    if (back === undefined) return new Segment({ name, mtu, links, clock: this.#clock })
    this.#leaving.delete(back)
    back.links = links
    return back
  }

  /** Closes what is gone and opens what is new, for these nodes. Rejects with a SetupError that says everything that is in the way. */
  async open(nodes: readonly NodeConfig[]): Promise<void> {
    for (const segment of this.#leaving) segment.close()
    this.#leaving.clear()
    const segments = [...this.#segments.values()]
    for (const segment of segments) segment.closeOld()
    const opened = await Promise.allSettled(segments.map((segment) => segment.open()))
    const failures = opened.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    await this.#bridges?.apply(this.#declared.filter(isBridge))
    await this.#services?.apply(this.#declared, nodes, (name) => this.#segments.get(name))
  }

  /** What could not be taken away is in the log, and in the ledger for the next start. */
  async close(): Promise<void> {
    await this.detach()
    await this.#bridges?.close()
  }

  /** In place of `close` where VMs go on: what they are plugged into outside this process stays. */
  async detach(): Promise<void> {
    await this.#services?.close()
    for (const segment of [...this.#segments.values(), ...this.#leaving]) segment.close()
  }

  /** A NIC with its cable plugged in. `whose`: the node's name; `carries`: there is a machine that sends something. */
  nic(config: NicConfig, whose: string, carries: boolean): Nic {
    const { plug } = config
    if (plug.kind === 'netdev') return new ForeignNic(config, plug.netdev, whose)
    const around = { whose, ports: this.#ports, clock: this.#clock, random: this.#random }
    if (plug.kind === 'user' || plug.kind === 'bridge') {
      const boot = () => (plug.kind === 'user' ? this.#services?.userNetdev(plug.network, config.mac) : undefined)
      return new OuterNic(config, plug, { ...around, boot })
    }
    const segment = plug.kind === 'segment' ? this.#segments.get(plug.network) : undefined
    return new CableNic(config, plug, { ...around, carries, segment })
  }
}

function isBridge(network: NetworkConfig): network is BridgeNetworkConfig {
  return network.kind === 'bridge' || network.kind === 'isolated'
}
