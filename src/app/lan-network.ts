import type { Logger } from '../base/logger.ts'
import type { Store } from '../bmc/store.ts'
import type { LanChannelConfig } from '../config/config.ts'
import { AliasNetwork } from '../net/alias-network.ts'
import { hostNetwork } from '../net/host-network.ts'
import { ipCommand } from '../net/ip-command.ts'
import type { Ledger, Network } from '../net/network.ts'

/** The network under a channel. What it adds to the host is kept in the node's state, for the start after a `kill -9`. */
export function networkOf(channel: LanChannelConfig, store: Store, log: Logger): Network {
  const ledger = ledgerIn(store, `lan.${channel.number}.added`)
  const { alias } = channel
  if (alias !== undefined) return new AliasNetwork({ interface: alias.interface, ledger, log, ip: ipCommand })
  if (ledger.read().length === 0) return hostNetwork
  // The file had another network when the last run was killed.
  const before = new AliasNetwork({ interface: '', ledger, log, ip: ipCommand })
  return { ...hostNetwork, tidy: () => before.tidy(undefined) }
}

function ledgerIn(store: Store, key: string): Ledger {
  return {
    read() {
      const value = store.get(key)
      return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
    },
    write: (entries) => store.set(key, entries),
  }
}
