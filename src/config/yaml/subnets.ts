import { isIPv4 } from 'node:net'
import { subnetOf } from '../../base/ipv4.ts'
import type { NetworkConfig, SubnetConfig } from '../config.ts'
import type { SourceRange } from '../source.ts'

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
