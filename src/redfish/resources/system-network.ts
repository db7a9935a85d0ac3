import type { NicFacts } from '../../machine/inventory.ts'
import { chassisPath, link, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { partId } from '../part-id.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfChassis, nodeOfSystem } from '../service-parts.ts'
import { segmentOf } from '../uri.ts'

const SYSTEM = `${ROOT}/Systems/{system}`
const ADAPTERS = `${ROOT}/Chassis/{chassis}/NetworkAdapters`

/** Each NIC is a card with one function. */
interface Card {
  readonly node: RedfishNode
  /** Of the interface, and of the function. */
  readonly id: string
  /** Of the card. */
  readonly cardId: string
  readonly nic: NicFacts
}

function cardsOf(node: RedfishNode): readonly Card[] {
  const { nics = [], hostNic } = node.bmc.machine.inventory?.() ?? {}
  const { hostInterface } = node.bmc
  const host = hostNic && hostInterface ? [{ ...hostNic, up: hostInterface.enabled }] : []
  return [...nics, ...host].map((nic, i) => ({
    node,
    id: partId(node, 'nic', i + 1),
    cardId: partId(node, 'networkCard', i + 1),
    nic,
  }))
}

function cardOfNic(node: RedfishNode | undefined, id: string): Card | undefined {
  return node && cardsOf(node).find((card) => card.id === id)
}

function cardOf(node: RedfishNode | undefined, id: string): Card | undefined {
  return node && cardsOf(node).find((card) => card.cardId === id)
}

/** A link needs both: a cable, and a machine that is on. */
function linkOf({ node, nic }: Card): 'LinkUp' | 'LinkDown' {
  return nic.up && node.bmc.power.state === 'on' ? 'LinkUp' : 'LinkDown'
}

const mac = (card: Card) => card.nic.mac.toUpperCase()
const adapterPath = ({ node, cardId }: Card) => `${chassisPath(node)}/NetworkAdapters/${segmentOf(cardId)}`
const interfacePath = ({ node, id }: Card) => `${systemPath(node)}/EthernetInterfaces/${segmentOf(id)}`

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
  find: (service, { system, interface: id }) => cardOfNic(nodeOfSystem(service, system), id),
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
  members: (node) => cardsOf(node).map(({ cardId }) => cardId),
})

export const networkInterface = resource<Card>({
  path: `${SYSTEM}/NetworkInterfaces/{interface}`,
  type: 'NetworkInterface',
  find: (service, { system, interface: id }) => cardOf(nodeOfSystem(service, system), id),
  get: (card) => ({
    Name: card.cardId,
    Links: { NetworkAdapter: link(adapterPath(card)) },
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})

export const networkAdapters = collection<RedfishNode>({
  path: ADAPTERS,
  type: 'NetworkAdapterCollection',
  name: 'Network cards',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  members: (node) => cardsOf(node).map(({ cardId }) => cardId),
})

export const networkAdapter = resource<Card>({
  path: `${ADAPTERS}/{adapter}`,
  type: 'NetworkAdapter',
  find: (service, { chassis, adapter }) => cardOf(nodeOfChassis(service, chassis), adapter),
  get: (card) => ({
    Name: card.cardId,
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
  find(service, { chassis, adapter, function: id }) {
    const card = cardOf(nodeOfChassis(service, chassis), adapter)
    return card?.id === id ? card : undefined
  },
  get: (card) => ({
    Name: card.id,
    NetDevFuncType: 'Ethernet',
    Ethernet: { MACAddress: mac(card), PermanentMACAddress: mac(card) },
    Links: { EthernetInterfaces: [link(interfacePath(card))] },
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})
