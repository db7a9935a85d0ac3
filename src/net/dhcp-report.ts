import { ipv4Number, isHostAddress, prefixOfMask } from '../base/ipv4.ts'
import type { Lease } from './network.ts'

const MARK = 'bmcsim-lease'
const NONE = '0.0.0.0'

/**
 * What DHCP clients run on every event: it changes nothing and prints what happened on one line. udhcpc (busybox 1.35) names
 * the event in its argument, dhclient (ISC 4.4) in $reason. What the server sent is only ever a quoted variable.
 * dhclient asks by TIMEOUT whether an old lease is still good; nobody has said so.
 */
export const reportScript = `#!/bin/sh
case \${1:-$reason} in
  bound | renew) printf '%s\\n' "${MARK} $ip $subnet $router" ;;
  BOUND | RENEW | REBIND | REBOOT) printf '%s\\n' "${MARK} $new_ip_address $new_subnet_mask $new_routers" ;;
  deconfig | EXPIRE | FAIL | RELEASE | STOP) printf '%s\\n' '${MARK}' ;;
  TIMEOUT) exit 1 ;;
esac
exit 0
`

/** A line of the script: a lease, or none; undefined for any other line, and for a lease that no interface can have. */
export function readReport(line: string): { readonly lease: Lease | undefined } | undefined {
  const [mark, address, ...more] = line.trim().split(/[ ,]+/)
  if (mark !== MARK) return undefined
  if (address === undefined) return { lease: undefined }
  if (!isAddress(address) || !isHostAddress(address) || address.startsWith('127.')) return undefined
  // Without a mask, that of the address's class (RFC 2132 §3.3 is optional; RFC 950 tells what is assumed then).
  const [first, second] = more.filter(isAddress)
  const prefix = first === undefined ? undefined : prefixOfMask(first)
  if (prefix === undefined || prefix === 0)
    return { lease: { address, prefix: classPrefix(address), gateway: first ?? NONE } }
  return { lease: { address, prefix, gateway: second ?? NONE } }
}

function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)
}

function classPrefix(address: string): number {
  const first = Math.floor(ipv4Number(address) / 2 ** 24)
  return first < 128 ? 8 : first < 192 ? 16 : 24
}
