import type { Socket } from 'node:dgram'
import type { Server } from 'node:net'

/**
 * net/ is the network under a BMC: where its addresses come from, and where they go when it moves. It must never know
 * IPMI, a session or a configuration file; it is told an address and makes it one that a socket can be bound to.
 */
export interface Network {
  /**
   * Whether `place` could be claimed, as far as that can be said without changing anything. Rejects with a BmcError that tells
   * why not.
   */
  check(place: Place): Promise<void>
  /**
   * From when this resolves, a socket can be bound to the address. Claiming what is claimed already is no mistake; the
   * prefix length is then the new one. Rejects with a BmcError, and nothing has changed.
   */
  claim(place: Place): Promise<void>
  /** What was claimed is not needed any more. Removed if it was added here; an address of the host's own stays. */
  release(place: Place): Promise<void>
  /** Tells the neighbours whose address it is now. */
  announce(place: Place): Promise<void>
  /** The prefix length that the address has at the host; undefined where the host does not say. */
  prefixOf(address: string): number | undefined
  /** Before the first claim: takes away what a process that was killed has left, except what `keep` names, and makes ready. */
  tidy(keep: Place | undefined): Promise<void>
  /** Releases everything. */
  close(): Promise<void>
  /** Where the BMC has a network card of its own. */
  readonly own?: OwnCard
}

/** A network card that nobody but the BMC uses, on a network that this process's own sockets do not see. */
export interface OwnCard {
  /** The network namespace that it is in. */
  readonly namespace: string
  /** Rejects with a BmcError. */
  setMac(mac: Uint8Array): Promise<void>
  /** A UDP socket that is bound there; 0 is any free port. Rejects with the system's own error (`EADDRINUSE`, ...). */
  socket(address: string, port: number): Promise<Socket>
  /** A TCP port that is listened on there; nobody takes its connections yet. Rejects with the system's own error. */
  listener(address: string, port: number): Promise<Server>
  /** Rejects with a BmcError where there is nothing that could ask for a lease. */
  checkLease(): Promise<void>
  /** Asks a DHCP server for an address until it is stopped. `changed` hears of each lease and renewal; undefined: it has run out. */
  startLease(changed: (lease: Lease | undefined) => void): Promise<void>
  /** The address stays claimed, where it was: that is the caller's to release. */
  stopLease(): Promise<void>
}

/** What a DHCP server gave (RFC 2131). */
export interface Lease {
  readonly address: string
  readonly prefix: number
  /** 0.0.0.0: none. */
  readonly gateway: string
}

/** An IPv4 address on a network. */
export interface Place {
  readonly address: string
  /** 0 where nobody said: the address alone. */
  readonly prefix: number
  /** The 802.1q VLAN ID, or undefined for untagged. */
  readonly vlan: number | undefined
  /** Where packets to other subnets go, on a network of the BMC's own; 0.0.0.0: nowhere. */
  readonly gateway?: string | undefined
}
