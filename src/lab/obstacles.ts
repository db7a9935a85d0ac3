import { addressObstacles } from '../app/lan/address-check.ts'
import { checkMachine } from '../app/machines.ts'
import type { Node } from '../app/node.ts'
import { seedObstacle } from '../app/seed-server.ts'
import { SetupError } from '../base/errors.ts'
import type { EndConfig, NetworkConfig, NodeConfig, UdpLinkConfig } from '../config/config.ts'
import { UdpEnd } from '../net/segment/udp-end.ts'
import type { LabContent } from './plan.ts'

export interface PlannedChange {
  readonly before: LabContent
  readonly wanted: LabContent
  /** Those that will be there no more. */
  readonly going: readonly Node[]
  /** Names that will be made. */
  readonly making: ReadonlySet<string>
}

/** Throws a SetupError with everything that is in the way of a change, as far as it can be said before anything is done. */
export async function checkChange({ before, wanted, going, making }: PlannedChange): Promise<void> {
  const leaving = going.flatMap((node) => node.status().bmc.listen)
  const old = new Map(going.map(({ config }) => [config.name, config]))
  const found: string[] = []
  for (const { config } of wanted.nodes) {
    if (!making.has(config.name)) continue
    found.push(...machineObstacles(config))
    const was = old.get(config.name)
    for (const [i, channel] of config.channels.entries()) {
      // A client may have moved it meanwhile, and it goes on there.
      if (was !== undefined && sameAddresses(was, config, i)) continue
      found.push(...(await addressObstacles(channel, config.name, leaving)))
    }
  }
  const heard = [...before.networks.flatMap(linksOf), ...going.flatMap(({ config }) => udpPlugs(config))]
  const wanting = [
    ...wanted.networks.flatMap((network) =>
      linksOf(network).map((link) => ({ link, whose: `network ${network.name}` })),
    ),
    ...wanted.nodes.flatMap(({ config }) =>
      making.has(config.name) ? udpPlugs(config).map((link) => ({ link, whose: config.name })) : [],
    ),
  ]
  for (const { link, whose } of wanting) found.push(...(await linkObstacles(link, whose, heard)))
  if (wanted.seeds !== undefined && wanted.seeds.port !== before.seeds?.port) {
    found.push(...(await seedObstacle(wanted.seeds)))
  }
  if (found.length > 0) throw new SetupError(found.join('\n'))
}

function machineObstacles({ name, machine, cwd }: NodeConfig): string[] {
  try {
    checkMachine(machine, cwd)
    return []
  } catch (error) {
    if (error instanceof SetupError) return [`${name}: ${error.message}`]
    throw error
  }
}

function sameAddresses(before: NodeConfig, wanted: NodeConfig, channel: number): boolean {
  const text = ({ channels }: NodeConfig) => (channels[channel]?.addresses ?? []).map(({ host, port }) => [host, port])
  return JSON.stringify(text(before)) === JSON.stringify(text(wanted))
}

async function linkObstacles({ listen }: UdpLinkConfig, whose: string, heard: readonly UdpLinkConfig[]) {
  if (listen.host === '' || heard.some((other) => isAt(other.listen, listen))) return []
  const end = new UdpEnd(() => {})
  try {
    await end.open(listen, whose)
    return []
  } catch (error) {
    if (error instanceof SetupError) return [error.message]
    throw error
  } finally {
    end.close()
  }
}

function isAt(one: EndConfig, other: EndConfig): boolean {
  return one.host === other.host && one.port === other.port
}

function linksOf(network: NetworkConfig): readonly UdpLinkConfig[] {
  return network.kind === 'segment' ? network.links : []
}

function udpPlugs({ machine }: NodeConfig): UdpLinkConfig[] {
  if (machine.kind === 'command') return []
  return machine.nics.flatMap(({ plug }) => (plug.kind === 'udp' ? [plug] : []))
}
