import { promises as dns } from 'node:dns'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { NO_ADDRESS } from '../../bmc/lan/lan-card.ts'
import type { AddressConfig } from '../../config/config.ts'

/** What LAN parameter 3 speaks of: the first IPv4 address, else the first that is no IPv6 one, or all of them. */
export function homeOf(addresses: readonly AddressConfig[]): AddressConfig | undefined {
  const literal = addresses.find(({ host }) => isIPv4(host) && !isWildcard(host))
  return literal ?? addresses.find(({ host }) => !isIPv6(host) || isWildcard(host))
}

export function isWildcard(address: string): boolean {
  return address === NO_ADDRESS || address === '::'
}

/** Names are looked up once; the doors know numbers only. */
export async function resolved(host: string): Promise<string> {
  return isIP(host) !== 0 ? host : (await dns.lookup(host)).address
}
