import type { AddressSource } from '../bmc/lan/lan-card.ts'
import type { LanTotals } from '../lan/counters.ts'
import type { PowerState } from '../machine/machine.ts'
import type { NodeRequest } from './http/node-shelf.ts'
import type { Stage } from './ready/progress.ts'

/** What `bmcsim ps --json` prints of a node. The names are promised to scripts: add, never rename. */
export interface NodeStatus {
  readonly name: string
  readonly power: PowerState
  /** How far it is on its way up. */
  readonly stage: Stage
  /** Where the guest itself is reached, if the configuration says. */
  readonly address: string | null
  /** Its place in a cabinet, if the configuration says. */
  readonly xname: string | null
  readonly machine: 'qemu' | 'simulated' | 'command'
  /** True for a simulated machine that stands in for QEMU, which is not on this machine. */
  readonly standIn: boolean
  readonly guid: string
  readonly bmc: BmcStatus
  /** Where it serves Redfish; null: nowhere. */
  readonly redfish: string | null
  /** The system that it is in the one Redfish of its lab; null: the lab has none, or it is not among those. */
  readonly sharedRedfish: string | null
  readonly console: ConsoleStatus
  readonly sessions: number
  /** Datagrams of all its addresses since the start, and why some got no answer. */
  readonly packets: LanTotals
  /** What was asked of its cloud-init seed over HTTP, the last ones; there where it is served. */
  readonly seedRequests?: readonly NodeRequest[]
  /** The same of what it boots from the network. */
  readonly bootRequests?: readonly NodeRequest[]
}

export interface BmcStatus {
  /** An address to reach the BMC at: loopback where it answers on every address; empty where it has none. */
  readonly address: string
  readonly port: number
  /** The user to log in as: of those who may log in, the first with the highest privilege. Null: nobody may. */
  readonly user: string | null
  readonly listen: readonly { readonly address: string; readonly port: number }[]
  /** Where the address is from. `dhcp` without an address: no server has answered yet. */
  readonly source: AddressSource
  /** The network namespace that it answers in (`ip netns exec`). Null: that of this machine. */
  readonly namespace: string | null
}

export interface ConsoleStatus {
  /** `serial`: the machine's own; else what lan.conf's `sol` names, such as `telnet:127.0.0.1:9103`. */
  readonly device: string
  /** Whether anything is at the other end now. */
  readonly up: boolean
}

/** The words of `bmcsim power`, and what they are called on the wire (IPMI 2.0 §28.3). */
export const powerActions = {
  on: 'power up',
  off: 'power down',
  cycle: 'power cycle',
  reset: 'hard reset',
  nmi: 'diagnostic interrupt',
  soft: 'soft shutdown',
} as const

export type PowerAction = keyof typeof powerActions

export function isPowerAction(word: string): word is PowerAction {
  return Object.hasOwn(powerActions, word)
}
