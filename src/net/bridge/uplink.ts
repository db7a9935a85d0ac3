import { messageOf } from '../../base/errors.ts'
import type { Made, MadeOf } from '../../base/ledger.ts'
import type { IpCommand } from '../ip-command.ts'
import { interfaceFacts, routesOf } from './interface-facts.ts'

/**
 * An interface that was there becomes a port of a bridge of ours, and is itself again afterwards. Linux gives what comes in on a
 * port to the bridge alone, so addresses that it has no longer answer: they move too, or nothing is done.
 */
export async function attach(
  ip: IpCommand,
  { port, bridge, moveAddresses }: { readonly port: string; readonly bridge: string; readonly moveAddresses: boolean },
  record: (made: Made) => void,
): Promise<void> {
  const facts = moveAddresses ? await interfaceFacts(ip, port) : undefined
  const addresses = facts?.addresses ?? []
  const routes = moveAddresses ? await routesOf(ip, port) : []
  const moved = (what: 'address' | 'route', text: string) =>
    ({ kind: 'moved', what, text, from: port, to: bridge }) as const
  // Undone from the end: free of the bridge, then its addresses, then its routes, which need the addresses.
  for (const text of routes) record(moved('route', text))
  for (const text of addresses) record(moved('address', text))
  record({ kind: 'attached', interface: port, bridge })
  await ip('link', 'set', 'dev', port, 'master', bridge)
  for (const text of addresses) await ip('address', 'del', text, 'dev', port)
  for (const text of addresses) await ip('address', 'replace', text, 'dev', bridge, ...noDad(text))
  for (const text of routes) await replaceRoute(ip, text, bridge)
}

export async function detach(ip: IpCommand, { interface: port, bridge }: MadeOf<'attached'>): Promise<void> {
  const facts = await interfaceFacts(ip, port)
  if (facts?.master === bridge) await ip('link', 'set', 'dev', port, 'nomaster')
}

/** What has gone with its interface is gone. */
export async function moveBack(ip: IpCommand, { what, text, from, to }: MadeOf<'moved'>): Promise<void> {
  const facts = await interfaceFacts(ip, from)
  if (facts === undefined) return
  if (what === 'route') {
    await replaceRoute(ip, text, from)
    return
  }
  if ((await interfaceFacts(ip, to))?.addresses.includes(text)) await ip('address', 'del', text, 'dev', to)
  if (!facts.addresses.includes(text)) await ip('address', 'add', text, 'dev', from, ...noDad(text))
}

/** `text` begins with `-4` or `-6`. */
async function replaceRoute(ip: IpCommand, text: string, device: string): Promise<void> {
  const [family, ...words] = text.split(' ')
  try {
    await ip(family, 'route', 'replace', ...words, 'dev', device)
  } catch (error) {
    throw new Error(`the route "${words.join(' ')}" could not be set on ${device}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** An IPv6 address that was in use already needs no look for doubles (RFC 4862 §5.4), during which it does not answer. */
export function noDad(address: string): string[] {
  return address.includes(':') ? ['nodad'] : []
}
