import { isIPv4, isIPv6 } from 'node:net'
import { ipv4Number, ipv4Text, maskOfPrefix, subnetOf } from '../../base/ipv4.ts'
import { durationMs } from '../duration.ts'
import type { DhcpConfig, OwnAddressConfig, ServicesConfig, SubnetConfig } from '../services.ts'
import { readNetworkBoot } from './boot.ts'
import type { NetworkReader } from './network-reader.ts'
import type { DhcpEntry, ServicesEntry } from './services-schema.ts'

const DEFAULT_HTTP_PORT = 80
const DEFAULT_LEASE_S = 3600
/** dnsmasq gives none for less. */
const LEAST_LEASE_S = 120

type Subnet = SubnetConfig

/** `subnets`: those of our own addresses there. The first of IPv4 is where we serve. */
export function readServices(
  { dhcp, boot, nat }: ServicesEntry & { readonly nat?: boolean | undefined },
  subnets: readonly Subnet[],
  reader: NetworkReader,
): ServicesConfig | undefined {
  if (!dhcp && boot === undefined) return undefined
  const key = dhcp ? 'dhcp' : 'boot'
  const subnet = subnets.find(({ address }) => isIPv4(address))
  if (subnet === undefined) {
    reader.wrong([key], 'at which address of ours? Write it beside this, as in: address: 10.0.0.1/24')
  } else if (subnet.prefix > 30 || subnet.prefix < 8) {
    reader.wrong(['address'], `a subnet of /${subnet.prefix} has no room for it; write /8 to /30`)
  }
  const { address, prefix } = subnet ?? { address: '0.0.0.0', prefix: 24 }
  const own: OwnAddressConfig = { address, prefix, httpPort: boot?.port ?? DEFAULT_HTTP_PORT }
  return {
    at: reader.place(key),
    own,
    announced: subnets.find(({ address }) => isIPv6(address)),
    // With NAT the way out is through this machine.
    dhcp: dhcp ? readDhcp(nat ? { gateway: subnet?.address, ...dhcp } : dhcp, subnet, reader) : undefined,
    boot: boot && readNetworkBoot(boot, own, reader),
  }
}

/** Of QEMU's own network: QEMU leases the addresses there, and can name one file. */
export function readUserServices({ dhcp, boot }: ServicesEntry, reader: NetworkReader): ServicesConfig | undefined {
  if (dhcp) reader.wrong(['dhcp'], 'QEMU itself leases the addresses of a network of kind user; remove dhcp')
  for (const key of ['folder', 'bios', 'uefi', 'http', 'port'] as const) {
    if (boot?.[key] === undefined) continue
    const instead = 'write a script or a kernel, or take a network of kind segment'
    reader.wrong(['boot', key], `"${key}" means nothing for a network of kind user; ${instead}`)
  }
  if (boot === undefined) return undefined
  const at = reader.place('boot')
  return { at, own: undefined, announced: undefined, dhcp: undefined, boot: readNetworkBoot(boot, undefined, reader) }
}

function readDhcp(entry: DhcpEntry, subnet: Subnet | undefined, reader: NetworkReader): DhcpConfig {
  const wrong = (key: string, message: string) => reader.wrong(['dhcp', key], message)
  const inside = (address: string) => subnet === undefined || isHostOf(address, subnet)
  const where = subnet && `${subnetOf(subnet.address, subnet.prefix)}/${subnet.prefix}`
  const { gateway, domain } = entry
  if (gateway !== undefined && !(isIPv4(gateway) && inside(gateway))) {
    wrong('gateway', `"${gateway}" is no address in ${where ?? 'the subnet'}; write one, or leave gateway out`)
  }
  const leaseS = (durationMs(entry.lease ?? DEFAULT_LEASE_S) ?? 0) / 1000
  if (leaseS < LEAST_LEASE_S) wrong('lease', 'a lease lasts two minutes at least; write 2m or more')
  if (domain !== undefined && !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(domain)) {
    wrong('domain', `"${domain}" is no domain name; write one like lab.test`)
  }
  return {
    at: reader.place('dhcp'),
    ...readRange(entry.range, subnet, where, wrong),
    gateway,
    dns: readDns(entry.dns, wrong),
    domain,
    leaseS: Math.round(leaseS),
  }
}

/** Without one it is the upper half of the subnet. */
function readRange(
  text: string | undefined,
  subnet: Subnet | undefined,
  where: string | undefined,
  wrong: (key: string, message: string) => void,
): { first: string; last: string } {
  const { address, prefix } = subnet ?? { address: '10.0.0.1', prefix: 24 }
  const base = ipv4Number(subnetOf(address, prefix))
  const size = 2 ** (32 - prefix)
  const ours = ipv4Number(address)
  if (text === undefined) {
    const [first, last] = [base + size / 2, base + size - 2]
    if (ours === last) return { first: ipv4Text(first), last: ipv4Text(last - 1) }
    return { first: ipv4Text(ours >= first && ours < last ? ours + 1 : first), last: ipv4Text(last) }
  }
  const [first = '', last = first] = text.split('-').map((end) => end.trim())
  if (!isIPv4(first) || !isIPv4(last) || text.split('-').length > 2) {
    wrong(
      'range',
      `"${text}" is no range of addresses; write FIRST-LAST, like ${ipv4Text(base + size / 2)}-${ipv4Text(base + size - 2)}`,
    )
    return { first: '', last: '' }
  }
  const outside = [first, last].filter((end) => subnet !== undefined && !isHostOf(end, subnet))
  for (const end of new Set(outside)) {
    wrong(
      'range',
      `${end} is no address for a node in ${where} (${maskOfPrefix(prefix)}); write others, or another address of the network`,
    )
  }
  if (ipv4Number(first) > ipv4Number(last)) wrong('range', `${first} is behind ${last}; write the lower one first`)
  if (subnet !== undefined && ipv4Number(first) <= ours && ours <= ipv4Number(last)) {
    wrong('range', `${address} is our own address on this network; leave it out of the range`)
  }
  return { first, last }
}

function readDns(written: string | readonly string[] | undefined, wrong: (key: string, message: string) => void) {
  if (written === 'self') return written
  const servers = written === undefined ? [] : typeof written === 'string' ? [written] : written
  for (const server of servers) {
    if (!isIPv4(server)) wrong('dns', `"${server}" is no address of a DNS server; write one like 10.0.0.53, or self`)
  }
  return servers
}

/** Neither the subnet's own address nor its broadcast. */
export function isHostOf(address: string, subnet: Subnet): boolean {
  const base = ipv4Number(subnetOf(subnet.address, subnet.prefix))
  const number = ipv4Number(address)
  return number > base && number < base + 2 ** (32 - subnet.prefix) - 1
}
