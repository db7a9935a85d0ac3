/** Arithmetic of IPv4 addresses, written in dotted decimal. Callers have made sure that it is one. */

export function ipv4Number(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}

/** The prefix length that a subnet mask stands for, 0 to 32; undefined for a mask with gaps. */
export function prefixOfMask(mask: string): number | undefined {
  const hosts = 2 ** 32 - ipv4Number(mask)
  const bits = Math.log2(hosts)
  return Number.isInteger(bits) ? 32 - bits : undefined
}

export function maskOfPrefix(prefix: number): string {
  return ipv4Text(2 ** 32 - 2 ** (32 - prefix))
}

/** The first address of the subnet that `address` is in. */
export function subnetOf(address: string, prefix: number): string {
  const number = ipv4Number(address)
  return ipv4Text(number - (number % 2 ** (32 - prefix)))
}

/** Whether an interface can have it: not the "this network" block, not multicast and above (RFC 1122 §3.2.1.3, RFC 1112 §4). */
export function isHostAddress(address: string): boolean {
  const [first] = address.split('.').map(Number)
  return first > 0 && first < 224
}
