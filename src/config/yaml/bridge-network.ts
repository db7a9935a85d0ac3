import { createHash } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { ipv4Number, isHostAddress, subnetOf } from '../../base/ipv4.ts'
import type { BridgeNetworkConfig, SubnetConfig, UplinkConfig } from '../config.ts'
import { isInterfaceName } from './network.ts'
import type { NetworkReader } from './network-reader.ts'
import type { NetworkEntry } from './network-schema.ts'

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
  }
}

/** The same at every start of the same lab file, and different for every other; 15 characters are the most for an interface. */
function bridgeName({ file, name }: NetworkReader): string {
  const digest = createHash('sha1').update(`${file} ${name}`, 'utf8').digest('hex')
  return `${name.replaceAll('.', '').slice(0, 8)}-${digest.slice(0, 6)}`
}

function readAddresses(written: Entry['address'], { wrong }: NetworkReader): SubnetConfig[] {
  const texts = typeof written === 'string' ? [written] : (written ?? [])
  const path = (i: number) => (typeof written === 'string' ? ['address'] : ['address', i])
  return texts.flatMap((text, i) => {
    const subnet = readSubnet(text)
    if (typeof subnet !== 'string') return [subnet]
    wrong(path(i), `address "${text}": ${subnet}`)
    return []
  })
}

/** `10.0.0.1/24`, `fd00::1/64`, or a sentence that says what is wrong. */
function readSubnet(text: string): SubnetConfig | string {
  const [, address = '', digits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? []
  const prefix = Number(digits)
  if (isIPv6(address) && !address.includes('%')) {
    return prefix >= 1 && prefix <= 128 ? { address, prefix } : 'an IPv6 prefix length is from 1 to 128'
  }
  if (!isIPv4(address)) return 'write an address with its prefix length, like 10.0.0.1/24 or fd00::1/64'
  if (prefix < 1 || prefix > 32) return 'an IPv4 prefix length is from 1 to 32'
  if (!isHostAddress(address) || address.startsWith('127.')) return 'no interface can have this address'
  const number = ipv4Number(address)
  const first = ipv4Number(subnetOf(address, prefix))
  if (prefix < 31 && (number === first || number === first + 2 ** (32 - prefix) - 1)) {
    return 'this is the subnet itself, or its broadcast address; write the one that this machine is to have, like 10.0.0.1/24'
  }
  return { address, prefix }
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
