import type { ServicesConfig, SubnetConfig } from './services.ts'
import type { SourceRange } from './source.ts'

/** What NICs, and BMCs with a place of their own, are plugged into. */
export type NetworkConfig = UserNetworkConfig | SegmentConfig | BridgeNetworkConfig

/** QEMU's own network behind each NIC: DHCP, DNS and the way out, and no other node. */
export interface UserNetworkConfig {
  readonly kind: 'user'
  readonly name: string
  readonly at: SourceRange
  /** As they are written; each NIC on it has them filled in for its node. */
  readonly forwards: readonly { readonly text: string; readonly at: SourceRange }[]
  readonly services?: ServicesConfig | undefined
}

/** A switch of ours. */
export interface SegmentConfig {
  readonly kind: 'segment'
  readonly name: string
  readonly at: SourceRange
  readonly mtu: number
  /** What else is plugged into it, besides NICs of nodes. */
  readonly links: readonly UdpLinkConfig[]
  readonly services?: ServicesConfig | undefined
}

/** A bridge of this machine. An isolated one has no way to anywhere but this machine. */
export interface BridgeNetworkConfig {
  readonly kind: 'bridge' | 'isolated'
  readonly name: string
  readonly at: SourceRange
  /** The interface: its name in the file, or one made from the file's path and the network's name. */
  readonly bridge: string
  /** The file names it: where it is there, it is taken as it is. */
  readonly mayBeThere: boolean
  /** Of this machine, on the bridge. */
  readonly addresses: readonly SubnetConfig[]
  /** Undefined: what the bridge has, or its uplink. */
  readonly mtu: number | undefined
  /** What comes from its IPv4 subnets leaves this machine with an address of this machine's. */
  readonly nat: boolean
  readonly uplink: UplinkConfig | undefined
  readonly services?: ServicesConfig | undefined
}

/** An interface of this machine that becomes a port of the bridge. */
export interface UplinkConfig {
  readonly interface: string
  /** 802.1Q VLAN ID: not the interface, but this VLAN of it. */
  readonly vlan: number | undefined
  /** Its addresses and routes go to the bridge meanwhile. */
  readonly moveAddresses: boolean
}

/** Ethernet frames in UDP, as GNS3, ubridge and VPCS have it. */
export interface UdpLinkConfig {
  readonly listen: EndConfig
  readonly peer: EndConfig
  readonly at: SourceRange
}

export interface EndConfig {
  readonly host: string
  readonly port: number
}

/** What a NIC is plugged into. */
export type PlugConfig =
  /** Text behind `-netdev `, without `,id=`: `user`, `socket,mcast=...`, `tap,ifname=...`. */
  | { readonly kind: 'netdev'; readonly netdev: string }
  /** A bridge of this machine, by a tap of its own. `network`: the one that it belongs to; `mtu`: what the file says of it. */
  | { readonly kind: 'bridge'; readonly bridge: string; readonly network?: string; readonly mtu?: number | undefined }
  | { readonly kind: 'user'; readonly network: string; readonly forwards: readonly ForwardConfig[] }
  | { readonly kind: 'segment'; readonly network: string; readonly mtu: number }
  | ({ readonly kind: 'udp' } & UdpLinkConfig)

/** A port of this machine that leads to one of a guest. */
export interface ForwardConfig {
  readonly protocol: 'tcp' | 'udp'
  /** IPv4. */
  readonly host: string
  readonly port: number
  /** Undefined: the first address that QEMU's DHCP gives. */
  readonly guestHost: string | undefined
  readonly guestPort: number
  readonly at: SourceRange
}
