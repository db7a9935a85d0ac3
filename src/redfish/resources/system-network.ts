import type { NicFacts } from '../../machine/inventory.ts'
import { chassisPath, link, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { partId } from '../part-id.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfChassis, nodeOfSystem } from '../service-parts.ts'

const SYSTEM = `${ROOT}/Systems/{system}`
const ADAPTERS = `${ROOT}/Chassis/{chassis}/NetworkAdapters`

interface Card {
  readonly node: RedfishNode
  readonly id: string
  readonly nic: NicFacts
}

function cardsOf(node: RedfishNode): readonly Card[] {
  const { nics = [], hostNic } = node.bmc.machine.inventory?.() ?? {}
  const { hostInterface } = node.bmc
  const host = hostNic && hostInterface ? [{ ...hostNic, up: hostInterface.enabled }] : []
  return [...nics, ...host].map((nic, i) => ({ node, id: partId(node, 'nic', i + 1), nic }))
}

function cardOf(node: RedfishNode | undefined, id: string): Card | undefined {
  return node && cardsOf(node).find((card) => card.id === id)
}

/** A link needs both: a cable, and a machine that is on. */
function linkOf({ node, nic }: Card): 'LinkUp' | 'LinkDown' {
  return nic.up && node.bmc.power.state === 'on' ? 'LinkUp' : 'LinkDown'
}

const mac = (card: Card) => card.nic.mac.toUpperCase()
const adapterPath = ({ node, id }: Card) => `${chassisPath(node)}/NetworkAdapters/${id}`
const interfacePath = ({ node, id }: Card) => `${systemPath(node)}/EthernetInterfaces/${id}`

export const ethernetInterfaces = collection<RedfishNode>({
  path: `${SYSTEM}/EthernetInterfaces`,
  type: 'EthernetInterfaceCollection',
  name: 'Network interfaces of the machine',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: (node) => cardsOf(node).map(({ id }) => id),
})

export const ethernetInterface = resource<Card>({
  path: `${SYSTEM}/EthernetInterfaces/{interface}`,
  type: 'EthernetInterface',
  find: (service, { system, interface: id }) => cardOf(nodeOfSystem(service, system), id),
  get: (card) => ({
    Name: card.id,
    Description: `Network interface ${card.id}, ${card.nic.model}`,
    InterfaceEnabled: true,
    LinkStatus: linkOf(card),
    MACAddress: mac(card),
    PermanentMACAddress: mac(card),
    SpeedMbps: 1000,
    FullDuplex: true,
    IPv4Addresses: [],
    IPv6Addresses: [],
    NameServers: [],
    Links: { Chassis: link(chassisPath(card.node)) },
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})

export const networkInterfaces = collection<RedfishNode>({
  path: `${SYSTEM}/NetworkInterfaces`,
  type: 'NetworkInterfaceCollection',
  name: 'Network interfaces by card',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: (node) => cardsOf(node).map(({ id }) => id),
})

export const networkInterface = resource<Card>({
  path: `${SYSTEM}/NetworkInterfaces/{interface}`,
  type: 'NetworkInterface',
  find: (service, { system, interface: id }) => cardOf(nodeOfSystem(service, system), id),
  get: (card) => ({
    Name: card.id,
    Links: { NetworkAdapter: link(adapterPath(card)) },
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})

export const networkAdapters = collection<RedfishNode>({
  path: ADAPTERS,
  type: 'NetworkAdapterCollection',
  name: 'Network cards',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  members: (node) => cardsOf(node).map(({ id }) => id),
})

export const networkAdapter = resource<Card>({
  path: `${ADAPTERS}/{adapter}`,
  type: 'NetworkAdapter',
  find: (service, { chassis, adapter }) => cardOf(nodeOfChassis(service, chassis), adapter),
  get: (card) => ({
    Name: card.id,
    Manufacturer: 'QEMU',
    Model: card.nic.model,
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})

export const networkFunctions = collection<Card>({
  path: `${ADAPTERS}/{adapter}/NetworkDeviceFunctions`,
  type: 'NetworkDeviceFunctionCollection',
  name: 'Functions of the card',
  find: (service, { chassis, adapter }) => cardOf(nodeOfChassis(service, chassis), adapter),
  members: ({ id }) => [id],
})

export const networkFunction = resource<Card>({
  path: `${ADAPTERS}/{adapter}/NetworkDeviceFunctions/{function}`,
  type: 'NetworkDeviceFunction',
  find: (service, { chassis, adapter, function: id }) =>
    adapter === id ? cardOf(nodeOfChassis(service, chassis), adapter) : undefined,
  get: (card) => ({
    Name: card.id,
    NetDevFuncType: 'Ethernet',
    Ethernet: { MACAddress: mac(card), PermanentMACAddress: mac(card) },
    Links: { EthernetInterfaces: [link(interfacePath(card))] },
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})
