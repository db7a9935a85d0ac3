import { BmcError, messageOf } from '../../base/errors.ts'
import type { Made, MadeOf } from '../../base/ledger.ts'
import { type SystemCommand, systemCommand } from '../system-command.ts'
import { type Sysctl, systemSysctl } from './sysctl.ts'

/** IPv4 masquerading (RFC 3022 §4.2) for one bridge, in a table or a chain of its own, and the forwarding that it needs. */

export interface NatPrograms {
  readonly nft: SystemCommand
  readonly iptables: SystemCommand
  readonly sysctl: Sysctl
}

export const natPrograms: NatPrograms = {
  nft: systemCommand('nft', 'nftables'),
  iptables: systemCommand('iptables', 'iptables'),
  sysctl: systemSysctl,
}

const PREFIX = 'bmcsim-'
const FORWARD = 'net/ipv4/ip_forward'
/** In the comment of a table: who made it has switched forwarding on, or found that another of ours had. */
const WAS_OFF = 'bmcsim: ip_forward was 0'
const WAS_ON = 'bmcsim: ip_forward was 1'

/** Which program there is; rejects with a BmcError where there is neither. */
export async function natProgram({ nft, iptables }: NatPrograms): Promise<'nft' | 'iptables'> {
  try {
    await nft(['list', 'tables'])
    return 'nft'
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  try {
    await iptables(['-t', 'nat', '-S', 'POSTROUTING'])
    return 'iptables'
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new BmcError('wrong-state', 'NAT needs nft (Debian package nftables) or iptables; neither is installed', {
      cause: error,
    })
  }
}

/** `subnets`: those on `bridge`, `10.0.0.0/24`. `record` comes before each thing that is made. */
export async function addNat(
  programs: NatPrograms,
  { bridge, subnets }: { readonly bridge: string; readonly subnets: readonly string[] },
  record: (made: Made) => void,
): Promise<void> {
  const program = await natProgram(programs)
  const name = `${PREFIX}${bridge}`
  const before = await forwardingBefore(programs, program)
  if (before === '0') recordForwarding(programs.sysctl, record)
  const comment = before === '0' ? WAS_OFF : WAS_ON
  if (program === 'nft') {
    record({ kind: 'nft', family: 'ip', table: name })
    const rules = subnets.map((subnet) => `ip saddr ${subnet} oifname != "${bridge}" masquerade`)
    const chain = ['chain postrouting {', 'type nat hook postrouting priority srcnat', ...rules, '}']
    const table = [`table ip ${name} {`, `comment "${comment}"`, ...chain, '}', '']
    await programs.nft(['-f', '-'], table.join('\n'))
  } else {
    record({ kind: 'iptables', chain: name })
    const nat = (...args: string[]) => programs.iptables(['-w', '-t', 'nat', ...args])
    await nat('-N', name)
    for (const subnet of subnets) await nat('-A', name, '-s', subnet, '!', '-o', bridge, '-j', 'MASQUERADE')
    await nat('-A', 'POSTROUTING', '-m', 'comment', '--comment', comment, '-j', name)
  }
  programs.sysctl.write(FORWARD, '1')
}

export async function removeNftTable(nft: SystemCommand, { family, table }: MadeOf<'nft'>): Promise<void> {
  try {
    await nft(['delete', 'table', family, table])
  } catch (error) {
    if (!/No such file or directory/.test(messageOf(error)) && !isMissing(error)) throw error
  }
}

export async function removeIptablesChain(iptables: SystemCommand, { chain }: MadeOf<'iptables'>): Promise<void> {
  const nat = (...args: string[]) => iptables(['-w', '-t', 'nat', ...args])
  let rules: string
  try {
    rules = await nat('-S')
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  for (const line of rules.split('\n')) {
    const jump = /^-A POSTROUTING .*--comment "?([^"]*)"? -j (\S+)$/.exec(line)
    if (jump?.[2] !== chain) continue
    await nat('-D', 'POSTROUTING', '-m', 'comment', '--comment', jump[1], '-j', chain)
  }
  if (!rules.split('\n').includes(`-N ${chain}`)) return
  await nat('-F', chain)
  await nat('-X', chain)
}

/** Forwarding stays on while another table of ours needs it: the last one puts it back. */
export async function putBackSysctl(programs: NatPrograms, { key, before }: MadeOf<'sysctl'>): Promise<void> {
  if (key === FORWARD && (await ourComments(programs)).includes(WAS_OFF)) return
  programs.sysctl.write(key, before)
}

/** What it was before the first of ours was there. */
async function forwardingBefore(programs: NatPrograms, program: 'nft' | 'iptables'): Promise<string> {
  if (programs.sysctl.read(FORWARD) === '0') return '0'
  const comments = program === 'nft' ? await nftComments(programs.nft) : await iptablesComments(programs.iptables)
  return comments.includes(WAS_OFF) ? '0' : '1'
}

/**
 * Switching forwarding off sets that of each interface to 0 as well (Linux, ip-sysctl: "its change resets all configuration
 * parameters"). So those that were on are noted first, which means put back last.
 */
function recordForwarding(sysctl: Sysctl, record: (made: Made) => void): void {
  if (sysctl.read(FORWARD) === '0') {
    for (const key of sysctl.list('net/ipv4/conf').map((name) => `net/ipv4/conf/${name}/forwarding`)) {
      if (sysctl.read(key) === '1') record({ kind: 'sysctl', key, before: '1' })
    }
  }
  record({ kind: 'sysctl', key: FORWARD, before: '0' })
}

async function ourComments({ nft, iptables }: NatPrograms): Promise<readonly string[]> {
  const none = (error: unknown) => {
    if (isMissing(error)) return []
    throw error
  }
  return [...(await nftComments(nft).catch(none)), ...(await iptablesComments(iptables).catch(none))]
}

async function nftComments(nft: SystemCommand): Promise<readonly string[]> {
  const names = (await nft(['list', 'tables'])).split('\n').flatMap((line) => {
    const name = /^table ip (\S+)$/.exec(line)?.[1]
    return name?.startsWith(PREFIX) ? [name] : []
  })
  const tables = await Promise.all(names.map((name) => nft(['list', 'table', 'ip', name])))
  return tables.flatMap((text) => /comment "(bmcsim: [^"]*)"/.exec(text)?.[1] ?? [])
}

async function iptablesComments(iptables: SystemCommand): Promise<readonly string[]> {
  const rules = await iptables(['-w', '-t', 'nat', '-S', 'POSTROUTING'])
  return [...rules.matchAll(/--comment "(bmcsim: [^"]*)"/g)].map(([, comment]) => comment)
}

function isMissing(error: unknown): boolean {
  return messageOf(error).includes('is not installed')
}
