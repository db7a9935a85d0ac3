import { isIPv4 } from 'node:net'
import type { AliasConfig, NamespaceConfig, SubnetConfig } from '../config.ts'
import type { EntryReader } from './entry-reader.ts'
import type { BmcEntry } from './schema.ts'
import { isInSubnet } from './subnets.ts'

/** In place of an address: a DHCP server has it. */
export const DHCP_WORD = 'dhcp'
const defaultPrefixLength = 24
/** What the kernel takes (IFNAMSIZ), with room for ".4094" not asked for: not every interface gets a VLAN. */
const interfaceName = /^[^\s/-][^\s/]{0,14}$/

export interface NetworkConfig {
  readonly alias: AliasConfig | undefined
  readonly namespace: NamespaceConfig | undefined
}

/** `network` and what goes with it. */
export function readNetwork(bmc: BmcEntry, host: string | undefined, reader: EntryReader): NetworkConfig {
  const { network, interface: name } = bmc
  const none = { alias: undefined, namespace: undefined }
  const dhcp = host === DHCP_WORD
  if (dhcp && network !== 'namespace') {
    reader.wrong(['bmc', 'address'], 'address: dhcp needs a network card of its own; write network: namespace too')
  }
  if (network !== 'alias' && network !== 'namespace') {
    // Said outright, it may be against defaults that have an interface.
    if (network === undefined && name !== undefined)
      reader.wrong(['bmc', 'interface'], 'interface goes with network: alias or namespace; write that too')
    return none
  }
  if (name === undefined) {
    const question = network === 'alias' ? 'which interface gets the address' : 'which bridge is the BMC connected to'
    reader.wrong(['bmc', 'network'], `${question}? Write one, as in: interface: br0`)
    return none
  }
  const { device, subnets } = readInterface(reader.filled(name) ?? '', reader)
  const own = subnets.find(({ address }) => address === host)
  if (own !== undefined) {
    reader.wrong(['bmc', 'address'], `${host} is this machine's own address on ${name}; give the BMC another`)
  }
  const around = host === undefined ? undefined : subnets.find((subnet) => isInSubnet(host, subnet))
  const prefixLength = bmc.prefixLength ?? around?.prefix ?? defaultPrefixLength
  if (!isInterfaceName(device)) reader.wrong(['bmc', 'interface'], `"${device}" is no name of an interface`)
  if (bmc.lanConfigProgram !== undefined) {
    reader.wrong(['bmc', 'network'], `either network: ${network} or a lanConfigProgram sets the address; remove one`)
  }
  if (!dhcp && (host === undefined || !isIPv4(host) || host.startsWith('127.') || host === '0.0.0.0')) {
    const path = ['bmc', bmc.address === undefined ? 'network' : 'address']
    const wish = network === 'alias' ? 'for its interface, like 10.0.0.5' : 'like 10.0.0.5, or dhcp'
    reader.wrong(path, `network: ${network} wants an IPv4 address ${wish}`)
  }
  return network === 'alias'
    ? { ...none, alias: { interface: device, prefixLength } }
    : { ...none, namespace: { bridge: device, prefixLength, dhcp } }
}

/** An interface of this machine, or the bridge of one of the file's networks. */
function readInterface(name: string, reader: EntryReader): { device: string; subnets: readonly SubnetConfig[] } {
  const found = reader.networks.get(name)
  if (found === undefined) return { device: name, subnets: [] }
  if (found.kind === 'bridge' || found.kind === 'isolated') return { device: found.bridge, subnets: found.addresses }
  const why = `${name} is a network of kind ${found.kind}, which is no interface of this machine`
  reader.wrong(['bmc', 'interface'], `${why}; take one of kind isolated or bridge`)
  return { device: name, subnets: [] }
}

export function isInterfaceName(text: string): boolean {
  return interfaceName.test(text)
}
