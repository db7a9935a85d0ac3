import { messageOf } from '../../base/errors.ts'
import { entries, factsOf, type IpCommand } from '../ip-command.ts'

/** An interface of this machine as it is now. */
export interface InterfaceFacts {
  readonly name: string
  /** `bridge`, `veth`, `vlan`; undefined for a plain one. */
  readonly kind: string | undefined
  readonly up: boolean
  readonly loopback: boolean
  readonly mtu: number
  readonly mac: string
  /** The bridge that it is a port of. */
  readonly master: string | undefined
  /** Those that are not of the link alone, `10.0.0.1/24`. */
  readonly addresses: readonly string[]
}

/** Undefined where there is none of that name. */
export async function interfaceFacts(ip: IpCommand, name: string): Promise<InterfaceFacts | undefined> {
  let text: string
  try {
    text = await ip('-d', '-j', 'address', 'show', 'dev', name)
  } catch (error) {
    if (/does not exist|Cannot find device/.test(messageOf(error))) return undefined
    throw error
  }
  const link = factsOf(entries(text)[0])
  const flags = link.get('flags')
  const has = (flag: string) => Array.isArray(flags) && flags.includes(flag)
  const word = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return {
    name,
    kind: word(factsOf(link.get('linkinfo')).get('info_kind')),
    up: has('UP'),
    loopback: has('LOOPBACK'),
    mtu: Number(link.get('mtu')),
    mac: word(link.get('address')) ?? '',
    master: word(link.get('master')),
    addresses: entries(link.get('addr_info')).flatMap((entry) => {
      const address = factsOf(entry)
      const local = word(address.get('local'))
      return local === undefined || address.get('scope') !== 'global' ? [] : [`${local}/${address.get('prefixlen')}`]
    }),
  }
}

/** Those that somebody set, in the words that `ip route` takes: `-4 default via 10.0.0.1 metric 100`. The kernel's own go with their address. */
export async function routesOf(ip: IpCommand, name: string): Promise<readonly string[]> {
  const all = await Promise.all(
    ['-4', '-6'].map(async (family) => ({ family, text: await ip(family, 'route', 'show', 'dev', name) })),
  )
  return all.flatMap(({ family, text }) =>
    text
      .split('\n')
      // `proto ra`: a router says it again.
      .filter((line) => line.trim() !== '' && !/\bproto (kernel|ra)\b/.test(line))
      .map(
        (line) =>
          `${family} ${line
            .replaceAll(/\b(linkdown|dead)\b/g, '')
            .replaceAll(/\s+/g, ' ')
            .trim()}`,
      ),
  )
}
