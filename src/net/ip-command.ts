import { messageOf } from '../base/errors.ts'
import { systemCommand } from './system-command.ts'

/** Runs `ip ARG...` and gives its standard output; rejects with a BmcError that has its words. */
export type IpCommand = (...args: readonly string[]) => Promise<string>

const iproute2 = systemCommand('ip', 'iproute2')

export const ipCommand: IpCommand = (...args) => iproute2(args)

export interface LinkState {
  readonly up: boolean
  /** `ip link set ... alias`. */
  readonly mark: string | undefined
  /** IPv4 addresses. */
  readonly addresses: readonly string[]
}

/** An interface as it is now; rejects where there is none of that name. */
export async function linkState(ip: IpCommand, device: string): Promise<LinkState> {
  const [link] = entries(await ip('-j', 'address', 'show', 'dev', device))
  const facts = factsOf(link)
  const flags = facts.get('flags')
  const mark = facts.get('ifalias')
  return {
    up: Array.isArray(flags) && flags.includes('UP'),
    mark: typeof mark === 'string' ? mark : undefined,
    addresses: entries(facts.get('addr_info')).flatMap((entry) => {
      const address = factsOf(entry)
      const local = address.get('local')
      return address.get('family') === 'inet' && typeof local === 'string' ? [local] : []
    }),
  }
}

/** Whether there is an interface of that name; rejects where `ip` cannot say. */
export async function isThere(ip: IpCommand, device: string): Promise<boolean> {
  try {
    await linkState(ip, device)
    return true
  } catch (error) {
    if (/does not exist|Cannot find device|Cannot open network namespace/.test(messageOf(error))) return false
    throw error
  }
}

/** What kind of link an interface is (`bridge`, `veth`), or undefined for a plain one; rejects where there is none of that name. */
export async function linkKind(ip: IpCommand, device: string): Promise<string | undefined> {
  const [link] = entries(await ip('-d', '-j', 'link', 'show', 'dev', device))
  const kind = factsOf(factsOf(link).get('linkinfo')).get('info_kind')
  return typeof kind === 'string' ? kind : undefined
}

/** The names of the network namespaces of this machine. */
export async function namespaces(ip: IpCommand): Promise<readonly string[]> {
  const text = await ip('-j', 'netns', 'list')
  // iproute2 6.1 prints nothing at all where there are none.
  if (text.trim() === '') return []
  return entries(text).flatMap((entry) => {
    const name = factsOf(entry).get('name')
    return typeof name === 'string' ? [name] : []
  })
}

/** The elements of a JSON array, as text or as a value. */
export function entries(value: unknown): readonly unknown[] {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value
  // iproute2 6.1 puts empty objects into the list for what it leaves out.
  return Array.isArray(parsed) ? parsed.filter((entry) => factsOf(entry).size > 0) : []
}

export function factsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}
