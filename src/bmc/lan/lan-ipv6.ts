import { isIPv6 } from 'node:net'
import { BmcError } from '../../base/errors.ts'

/**
 * The IPv6 side of a LAN channel (IPMI 2.0 §23.2, Table 23-4, parameters 50 to 56). All of it is read-only: the addresses are
 * those that the BMC answers on, and everything else is the host's affair.
 */
const ALONE_AND_BESIDE_IPV4 = 0x03
const addressing = { 'IPv4 only': 0, 'IPv6 only': 1, both: 2 } as const
/** As the host sends, when nobody told it otherwise (RFC 8200 names no default; 64 is that of Linux). */
const HOP_LIMIT = 64
/** Parameter 56, byte 2: enabled, static. */
const ENABLED_STATIC = 0x80
const ACTIVE = 0x00
/** Only the host knows the prefix of its link; nearly all have this one. */
const LINK_PREFIX = 64
const HOST_PREFIX = 128

const FIRST = 50
const LAST = 56

export function isIpv6Parameter(number: number): boolean {
  return number >= FIRST && number <= LAST
}

export interface Ipv6Place {
  readonly address: string
  readonly prefix: number
}

/** `hosts`: all addresses; those of IPv6 are meant, without a zone. */
export function ipv6Places(hosts: readonly string[]): readonly Ipv6Place[] {
  return hosts.filter((host) => isIPv6(host)).map((host) => ({ address: host.split('%')[0], prefix: prefixOf(host) }))
}

function prefixOf(host: string): number {
  return host === '::1' ? HOST_PREFIX : LINK_PREFIX
}

/** The parameter's bytes, or undefined where there is no such parameter. `hosts`: all addresses; `set` chooses one. */
export function ipv6Parameter(hosts: readonly string[], number: number, set: number): Uint8Array | undefined {
  const own = hosts.filter((host) => isIPv6(host))
  switch (number) {
    case 50:
      return Uint8Array.of(ALONE_AND_BESIDE_IPV4)
    case 51: {
      // An IPv6 socket on every address answers to IPv4 as well.
      const dual = own.includes('::') || own.length < hosts.length
      return Uint8Array.of(addressing[own.length === 0 ? 'IPv4 only' : dual ? 'both' : 'IPv6 only'])
    }
    case 52:
      return Uint8Array.of(0)
    case 53:
      return Uint8Array.of(HOP_LIMIT)
    case 54:
      return Uint8Array.of(0, 0, 0)
    case 55: // So many static addresses, no dynamic ones: neither SLAAC nor DHCPv6.
      return Uint8Array.of(own.length, 0, 0)
    case 56: {
      const host = own[set]
      if (host === undefined) throw new BmcError('out-of-range', `there are ${own.length} IPv6 addresses`)
      return Uint8Array.of(set, ENABLED_STATIC, ...ipv6Bytes(host), prefixOf(host), ACTIVE)
    }
    default:
      return undefined
  }
}

/** The 16 bytes of an address in any of the forms of RFC 4291 §2.2; a zone is left out. */
export function ipv6Bytes(text: string): Uint8Array {
  const [address] = text.split('%')
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const plain = dotted === null ? address : `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}`
  const [head, tail] = plain.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  const zeros = new Array<string>(8 - head.length - (tail?.length ?? 0)).fill('0')
  const groups = [...head, ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16))
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

function pair(high: string, low: string): string {
  return ((Number(high) << 8) | Number(low)).toString(16)
}
