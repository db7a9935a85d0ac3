import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { messageOf } from '../../base/errors.ts'
import type { IpCommand } from '../ip-command.ts'
import { type BridgeWish, portOf, type UplinkWish } from './host-bridge.ts'
import { type InterfaceFacts, interfaceFacts, routesOf } from './interface-facts.ts'
import { type NatPrograms, natProgram } from './nat.ts'

/**
 * What stands in the way of a bridge, each with what to do about it, before anything is made. `ours`: whether an earlier run of
 * this lab made the interface, and we have it still.
 */
export async function bridgeProblems(
  wish: BridgeWish,
  { ip, nat, ours }: { readonly ip: IpCommand; readonly nat: NatPrograms; readonly ours: (device: string) => boolean },
): Promise<string[]> {
  const { bridge, mayBeThere } = wish
  const problems: string[] = []
  const facts = await interfaceFacts(ip, bridge)
  const missing = facts === undefined || ours(bridge)
  if (!missing && !mayBeThere) {
    problems.push(
      `${bridge} is there already, though bmcsim makes it. Another run of this lab file? Else: ip link del ${bridge}`,
    )
  } else if (!missing) {
    problems.push(...takenAsItIs(wish, facts))
    problems.push(...(await notItsPort(wish, ip)))
  } else {
    if (wish.nat && !wish.addresses.some(({ address }) => isIPv4(address))) {
      problems.push(`nat is for the IPv4 subnet of ${bridge}, which is not there; write one, like address: 10.0.0.1/24`)
    }
    problems.push(...elsewhere(wish))
    if (wish.uplink !== undefined) problems.push(...(await uplinkProblems(wish.uplink, wish, { ip, ours })))
  }
  if (wish.nat) {
    await natProgram(nat).catch((error: unknown) => problems.push(messageOf(error)))
  }
  return problems.map((problem) => `network ${wish.name}: ${problem}`)
}

function takenAsItIs({ bridge, addresses, mtu, nat }: BridgeWish, facts: InterfaceFacts): string[] {
  if (facts.kind !== 'bridge') return [`${bridge} is there and no bridge; take another name`]
  const why = `${bridge} is there, and is taken as it is`
  const problems: string[] = []
  if (!facts.up) problems.push(`the bridge ${bridge} is down; ip link set ${bridge} up`)
  for (const { address, prefix } of addresses) {
    const text = `${address}/${prefix}`
    if (facts.addresses.includes(text)) continue
    problems.push(`${why}: it has not ${text}. Remove address, or: ip address add ${text} dev ${bridge}`)
  }
  if (mtu !== undefined && mtu !== facts.mtu) {
    problems.push(`${why}: its mtu is ${facts.mtu}. Remove mtu, or: ip link set ${bridge} mtu ${mtu}`)
  }
  if (nat && !facts.addresses.some((address) => !address.includes(':'))) {
    problems.push(`${why}: nat is for its IPv4 subnet, and it has no IPv4 address`)
  }
  return problems
}

async function notItsPort({ bridge, uplink }: BridgeWish, ip: IpCommand): Promise<string[]> {
  if (uplink === undefined) return []
  const port = portOf(uplink)
  if ((await interfaceFacts(ip, port))?.master === bridge) return []
  return [
    `${bridge} is there, and is taken as it is: ${port} is no port of it. Remove uplink, or: ip link set ${port} master ${bridge}`,
  ]
}

/** An address of the wish that another interface has. */
function elsewhere({ bridge, addresses, uplink }: BridgeWish): string[] {
  const present = Object.entries(networkInterfaces()).flatMap(([device, infos]) =>
    (infos ?? []).map(({ address }) => ({ device, address })),
  )
  return addresses.flatMap(({ address }) => {
    const other = present.find((one) => one.address === address && one.device !== bridge)
    if (other === undefined || (uplink?.moveAddresses && other.device === uplink.interface)) return []
    return [`${address} is on ${other.device} already; take another address`]
  })
}

async function uplinkProblems(
  { interface: device, vlan, moveAddresses }: UplinkWish,
  { bridge, mtu }: BridgeWish,
  { ip, ours }: { ip: IpCommand; ours: (device: string) => boolean },
): Promise<string[]> {
  const facts = await interfaceFacts(ip, device)
  if (facts === undefined) return [`there is no interface ${device} for its uplink`]
  const problems: string[] = []
  if (facts.loopback) problems.push(`${device} is this machine's own loopback, and no uplink`)
  if (!facts.up) problems.push(`the uplink ${device} is down; ip link set ${device} up`)
  if (mtu !== undefined && mtu > facts.mtu) {
    problems.push(
      `mtu ${mtu} is more than the uplink ${device} carries (${facts.mtu}); ip link set ${device} mtu ${mtu}`,
    )
  }
  if (vlan !== undefined) {
    const port = portOf({ interface: device, vlan })
    const present = await interfaceFacts(ip, port)
    if (present !== undefined && !ours(port)) {
      problems.push(`${port} is there already; write uplink: ${port}, without vlan`)
    }
    return problems
  }
  if (facts.kind === 'bridge') problems.push(`${device} is a bridge itself; write bridge: ${device} in place of uplink`)
  if (facts.master !== undefined && facts.master !== bridge) {
    problems.push(`${device} is a port of ${facts.master} already; write bridge: ${facts.master} in place of uplink`)
  }
  if (moveAddresses) return problems
  const busy = [...facts.addresses, ...(await routesOf(ip, device)).map((route) => `the route ${route.slice(3)}`)]
  if (busy.length > 0) {
    const have = 'would not work as long as it is a port of a bridge'
    problems.push(
      `${device} has ${busy.join(', ')}, which ${have}; with moveAddresses: true the bridge has it meanwhile`,
    )
  }
  return problems
}
