import { isIPv4, isIPv6 } from 'node:net'
import { ipv4Number, isHostAddress, subnetOf } from '../../base/ipv4.ts'
import type { NetworkConfig, SubnetConfig } from '../config.ts'
import type { SourceRange } from '../source.ts'
import type { NetworkReader } from './network-reader.ts'
import type { NetworkEntry } from './network-schema.ts'

/** Networks whose IPv4 subnets have addresses in common: this machine could not tell which of the two is meant. */
export function overlaps(networks: readonly NetworkConfig[]): { at: SourceRange; message: string }[] {
  const subnets = networks.flatMap((network) =>
    'addresses' in network ? network.addresses.map((subnet) => ({ ...subnet, network })) : [],
  )
  return subnets.flatMap((one, i) => {
    const other = subnets.slice(0, i).find((before) => before.network !== one.network && inCommon(before, one))
    if (other === undefined) return []
    const message = `${text(one)} has addresses in common with ${text(other)} of ${other.network.name}; take another subnet`
    return [{ at: one.network.at, message }]
  })
}

/** Whether `address` is in the subnet of `of`. */
export function isInSubnet(address: string, { address: of, prefix }: SubnetConfig): boolean {
  return isIPv4(of) && isIPv4(address) && subnetOf(address, prefix) === subnetOf(of, prefix)
}

function inCommon(one: SubnetConfig, other: SubnetConfig): boolean {
  const [wide, narrow] = one.prefix <= other.prefix ? [one, other] : [other, one]
  return isInSubnet(narrow.address, wide)
}

function text({ address, prefix }: SubnetConfig): string {
  return `${address}/${prefix}`
}

/** `address` of a network: one, or several. */
export function readAddresses(written: NetworkEntry['address'], { wrong }: NetworkReader): SubnetConfig[] {
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
