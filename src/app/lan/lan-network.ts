import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { type Ledger, ledgerOf } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { LanChannelConfig } from '../../config/config.ts'
import { AliasNetwork } from '../../net/alias-network.ts'
import { DhcpClient } from '../../net/dhcp-client.ts'
import { hostNetwork } from '../../net/host-network.ts'
import { ipCommand } from '../../net/ip-command.ts'
import type { NamespaceNames } from '../../net/namespace.ts'
import { NamespaceNetwork } from '../../net/namespace-network.ts'
import { listenerIn, socketIn } from '../../net/namespace-socket.ts'
import type { Network } from '../../net/network.ts'
import { folderName } from '../folders.ts'

export interface NetworkParts {
  readonly node: string
  /** Of the node: what tells it from one of the same name in another lab. */
  readonly folder: string
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Logger
}

/**
 * The network under a channel, and the ones that the file may have had when the last run was killed: the ledger knows what
 * that one added to the host.
 */
export function networkOf(
  channel: LanChannelConfig,
  parts: NetworkParts,
): { readonly network: Network; readonly leftovers: readonly (() => Promise<void>)[] } {
  const { node, log } = parts
  const ledger = ledgerOf(parts.ledger, { node, part: `lan ${channel.number}` })
  const left = new Set(ledger.made.map(({ kind }) => kind))
  const { alias, namespace } = channel
  const leftovers: (() => Promise<void>)[] = []
  const onInterface = (name: string) => new AliasNetwork({ interface: name, ledger, log, ip: ipCommand })
  const inNamespace = (bridge: string) => {
    const folder = join(parts.folder, 'dhcp')
    const client = new DhcpClient({ hostname: hostname(node), folder, clock: parts.clock, log })
    const names = namesOf(channel.number, parts)
    return new NamespaceNetwork({
      names,
      bridge,
      ledger,
      log,
      ip: ipCommand,
      open: socketIn,
      listen: listenerIn,
      client,
    })
  }
  if (alias === undefined && left.has('address')) leftovers.push(() => onInterface('').tidy(undefined))
  if (namespace !== undefined) return { network: inNamespace(namespace.bridge), leftovers }
  if (left.has('namespace')) leftovers.push(() => inNamespace('').close())
  return { network: alias === undefined ? hostNetwork : onInterface(alias.interface), leftovers }
}

/** The same at every start of the same lab, and different in every other; 15 characters are the most for an interface. */
function namesOf(channel: number, { node, folder }: NetworkParts): NamespaceNames {
  const hash = createHash('sha1').update(`${folder} ${channel}`, 'utf8').digest('hex')
  const name = folderName(node)
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .slice(0, 40)
  return { namespace: `bmcsim-${name}-${hash.slice(0, 6)}`, cable: `bmc${hash.slice(0, 10)}`, owner: node }
}

/** What a DHCP server may keep a name by (RFC 952, RFC 1123 §2.1). */
function hostname(node: string): string {
  return node.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 63)
}
