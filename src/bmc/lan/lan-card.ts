import { isHostAddress, prefixOfMask } from '../../base/ipv4.ts'

/** The LAN parameters that decide where a channel answers (IPMI 2.0 §23.2, Table 23-4: 3, 4, 6, 12 and 20). */
export interface LanSettings {
  readonly address: string
  readonly source: AddressSource
  /** As a prefix length; 0 where nobody has said. */
  readonly prefix: number
  readonly gateway: string
  /** 802.1q, or undefined for untagged. */
  readonly vlan: number | undefined
}

export const addressSources = ['unspecified', 'static', 'dhcp', 'bios', 'other'] as const
export type AddressSource = (typeof addressSources)[number]

/** The network card of a LAN channel: makes the settings true. app/ fills it in. */
export interface LanCard {
  /** Rejects with a BmcError where the settings cannot be had, as far as that shows before anything is changed. */
  check(wish: LanSettings): Promise<void>
  /**
   * Resolves as soon as the BMC answers where `wish` says. It goes on answering where it was for a moment, so that whoever
   * asked for this gets his answer; then the sessions there end. Rejects with a BmcError, and everything is as it was.
   */
  apply(wish: LanSettings): Promise<void>
  /** What is so now, where the card knows better than whoever set it. */
  present(): LanPresence
  /** Closes its sockets and opens them again, a moment later (Cold Reset). */
  restart(): void
  /** Where the card is nobody else's, its MAC can be set: so from when this resolves. Rejects with a BmcError. */
  readonly setMac?: ((mac: Uint8Array) => Promise<void>) | undefined
}

export interface LanPresence {
  /** The address of parameter 3; undefined where all of them are answered. */
  readonly address: string | undefined
  readonly prefix: number | undefined
  /** Every address it answers on, IPv6 too; empty before the first is opened. */
  readonly all: readonly string[]
  /** While the card asks for leases itself: what it has, all zeros for nothing yet. */
  readonly leased?: LanLeased | undefined
}

/** LAN parameters 3, 6 and 12, from a DHCP server. */
export interface LanLeased {
  readonly address: string
  readonly prefix: number
  readonly gateway: string
}

export const NO_ADDRESS = '0.0.0.0'

const VLAN_ENABLED = 0x80
const LAST_VLAN = 4094

/** Parameter 20: the VLAN ID, or undefined where it is not enabled. 0 and FFFh are reserved (IEEE 802.1Q). */
export function vlanOf(data: Uint8Array): number | undefined {
  return (data[1] & VLAN_ENABLED) === 0 ? undefined : data[0] | ((data[1] & 0x0f) << 8)
}

export function bytesOfVlan(vlan: number | undefined): Uint8Array {
  return vlan === undefined ? new Uint8Array(2) : Uint8Array.of(vlan & 0xff, VLAN_ENABLED | (vlan >> 8))
}

/** Whether any network card could have such a value, whatever it is connected to. */
export const possible = {
  address: (data: Uint8Array) => data.join('.') === NO_ADDRESS || isHostAddress(data.join('.')),
  source: (data: Uint8Array) => addressSources[data[0] & 0x0f] !== undefined,
  mask: (data: Uint8Array) => prefixOfMask(data.join('.')) !== undefined,
  vlan(data: Uint8Array) {
    const vlan = vlanOf(data)
    return vlan === undefined || (vlan > 0 && vlan <= LAST_VLAN)
  },
}
