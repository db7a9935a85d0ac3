import { createHash } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import type { BridgeNetworkConfig, UplinkConfig } from '../config.ts'
import { isInterfaceName } from './network.ts'
import type { NetworkReader } from './network-reader.ts'
import type { NetworkEntry } from './network-schema.ts'
import { readServices } from './services.ts'
import { readAddresses } from './subnets.ts'

type Entry = NetworkEntry & { readonly kind: BridgeNetworkConfig['kind'] }

/** RFC 8200 §5. */
const LEAST_MTU_OF_IPV6 = 1280

export function readBridgeNetwork(entry: Entry, reader: NetworkReader): BridgeNetworkConfig {
  const { name, at, wrong } = reader
  const { kind, bridge, mtu, nat = false } = entry
  if (bridge !== undefined && !isInterfaceName(bridge)) wrong(['bridge'], `"${bridge}" is no name of an interface`)
  const addresses = readAddresses(entry.address, reader)
  if (kind === 'bridge' && nat && bridge === undefined && !addresses.some(({ address }) => isIPv4(address))) {
    wrong(['nat'], 'nat is for the IPv4 subnet of this machine on the bridge; write one, like address: 10.0.0.1/24')
  }
  if (mtu !== undefined && mtu < LEAST_MTU_OF_IPV6 && addresses.some(({ address }) => isIPv6(address))) {
    wrong(['mtu'], `IPv6 needs an mtu of ${LEAST_MTU_OF_IPV6} at least`)
  }
  return {
    kind,
    name,
    at,
    bridge: bridge ?? bridgeName(reader),
    mayBeThere: kind === 'bridge' && bridge !== undefined,
    addresses,
    mtu,
    nat,
    uplink: readUplink(entry, reader),
    services: readServices(entry, addresses, reader),
  }
}

/** The same at every start of the same lab file, and different for every other; 15 characters are the most for an interface. */
function bridgeName({ file, name }: NetworkReader): string {
  const digest = createHash('sha1').update(`${file} ${name}`, 'utf8').digest('hex')
  return `${name.replaceAll('.', '').slice(0, 8)}-${digest.slice(0, 6)}`
}

function readUplink({ uplink, vlan, moveAddresses }: Entry, { wrong }: NetworkReader): UplinkConfig | undefined {
  if (uplink === undefined) {
    if (vlan !== undefined) wrong(['vlan'], 'vlan is one of an uplink; write uplink: INTERFACE too')
    if (moveAddresses !== undefined) wrong(['moveAddresses'], 'moveAddresses goes with an uplink; remove it')
    return undefined
  }
  if (!isInterfaceName(uplink)) wrong(['uplink'], `"${uplink}" is no name of an interface`)
  const port = `${uplink}.${vlan}`
  if (vlan !== undefined && isInterfaceName(uplink) && !isInterfaceName(port)) {
    wrong(['vlan'], `the interface of this VLAN would be "${port}", which is longer than 15 characters`)
  }
  if (vlan !== undefined && moveAddresses !== undefined) {
    wrong(['moveAddresses'], 'with a vlan the uplink keeps its addresses; remove moveAddresses')
  }
  return { interface: uplink, vlan, moveAddresses: moveAddresses ?? false }
}
