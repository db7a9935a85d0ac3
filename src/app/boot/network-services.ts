import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { NetworkConfig, NodeConfig } from '../../config/config.ts'
import type { Segment } from '../../net/segment/segment.ts'
import { folderName } from '../folders.ts'
import { isRealQemu } from '../machines.ts'
import type { ServiceSurroundings } from './network-service.ts'
import { serveBoot } from './node-boot.ts'
import { UserBoot } from './user-boot.ts'

interface Surroundings extends Omit<ServiceSurroundings, 'folder'> {
  /** Of the lab; undefined: nothing is kept longer than the process. */
  readonly stateFolder: string | undefined
}

type FindSegment = (name: string) => Segment | undefined

interface Open {
  readonly of: string
  readonly service: Service
}

interface Service {
  open(): Promise<void>
  /** Other nodes are there now. */
  nodesAre?(nodes: readonly NodeConfig[]): void
  /** A word behind `user` of QEMU's `-netdev`. */
  netdevOptions?(mac: string): string
  close(): void | Promise<void>
}

/** DHCP and boot files of all networks of a lab that ask for them and have a VM on them. */
export class NetworkServices {
  readonly #around: Surroundings
  readonly #open = new Map<string, Open>()
  /** By the nodes' names. */
  readonly #served = new Map<string, { readonly of: string; readonly end: () => void }>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  /**
   * From now on it is as these say: what is not wanted any more ends, what is wanted otherwise begins anew, and other nodes are made known
   * where the rest stays. Rejects with a SetupError that says everything that is in the way.
   */
  async apply(networks: readonly NetworkConfig[], nodes: readonly NodeConfig[], segment: FindSegment): Promise<void> {
    const failures = this.#putOut(nodes)
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
    const wanted = new Map(
      networks.flatMap((config) => {
        const on = nodes.filter((node) => isOn(node, config.name))
        const served = on.some(({ boot }) => boot?.some(({ network }) => network === config.name))
        const is = config.kind === 'user' ? served : config.services !== undefined
        return is && on.some(({ machine }) => isRealQemu(machine))
          ? [[config.name, { config, nodes: on }] as const]
          : []
      }),
    )
    for (const [name, { of, service }] of this.#open) {
      const now = wanted.get(name)
      if (now !== undefined && of === keyOf(now.config)) {
        service.nodesAre?.(now.nodes)
        continue
      }
      this.#open.delete(name)
      await service.close()
    }
    for (const [name, { config, nodes: on }] of wanted) {
      if (this.#open.has(name)) continue
      try {
        const service = await this.#service(config, on, segment)
        this.#open.set(name, { of: keyOf(config), service })
        await service.open()
      } catch (error) {
        this.#open.delete(name)
        failures.push(messageOf(error))
      }
    }
    if (failures.length > 0) throw new SetupError(failures.join('\n'))
  }

  /** What is to be behind `user` in QEMU's `-netdev` for a NIC there. */
  userNetdev(network: string, mac: string): string | undefined {
    return this.#open.get(network)?.service.netdevOptions?.(mac)
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()]
    this.#open.clear()
    for (const { end } of this.#served.values()) end()
    this.#served.clear()
    await Promise.all(all.map(({ service }) => service.close()))
  }

  /** What each node boots. Gives what stands in the way. */
  #putOut(nodes: readonly NodeConfig[]): string[] {
    const wanted = new Map(nodes.filter(({ machine }) => isRealQemu(machine)).map((node) => [node.name, node]))
    for (const [name, { of, end }] of this.#served) {
      if (of === bootKey(wanted.get(name))) continue
      end()
      this.#served.delete(name)
    }
    const failures: string[] = []
    for (const [name, node] of wanted) {
      if (this.#served.has(name)) continue
      try {
        this.#served.set(name, { of: bootKey(node), end: serveBoot(node, this.#around.shelves) })
      } catch (error) {
        failures.push(`${name}: ${messageOf(error)}`)
      }
    }
    return failures
  }

  async #service(config: NetworkConfig, nodes: readonly NodeConfig[], segment: FindSegment): Promise<Service> {
    const { stateFolder, runFolder } = this.#around
    const folder =
      stateFolder === undefined
        ? join(runFolder, `net-${createHash('sha1').update(config.name).digest('hex').slice(0, 8)}`)
        : join(stateFolder, '.networks', folderName(config.name))
    const around = { ...this.#around, folder }
    const { services } = config
    if (config.kind === 'user' || services?.own === undefined) return new UserBoot(config.name, nodes[0].name, around)
    // Loaded only here: most labs serve no network.
    const { NetworkService } = await import('./network-service.ts')
    const network = { config, services, own: services.own, nodes }
    if (config.kind !== 'segment') return new NetworkService(network, { kind: 'bridge', bridge: config.bridge }, around)
    const found = segment(config.name)
    if (found === undefined) throw new Error(`the segment ${config.name} is not there`)
    const place = { kind: 'segment', segment: found, qemu: qemuOf(nodes), mtu: config.mtu } as const
    return new NetworkService(network, place, around)
  }
}

function isOn({ machine }: NodeConfig, network: string): boolean {
  return machine.kind !== 'command' && machine.nics.some(({ plug }) => 'network' in plug && plug.network === network)
}

/** One that there is: the relay of a segment needs no particular one. */
function qemuOf(nodes: readonly NodeConfig[]): string {
  const [program] = nodes.flatMap(({ machine }) => (isRealQemu(machine) ? [machine.program] : []))
  return program
}

/** Other services, or the same ones elsewhere. Where something stands in the file is no difference. */
function keyOf(config: NetworkConfig): string {
  return withoutPlaces({ ...config, links: undefined })
}

function bootKey(node: NodeConfig | undefined): string {
  return node === undefined ? 'none' : withoutPlaces(node.boot ?? [])
}

function withoutPlaces(value: object): string {
  return JSON.stringify(value, (key, one: unknown) => (key === 'at' ? undefined : one))
}
