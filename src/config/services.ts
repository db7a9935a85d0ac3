import type { ImageConfig } from './image-config.ts'
import type { SourceRange } from './source.ts'

/** What we serve on a network: addresses, and what nodes boot. */
export interface ServicesConfig {
  readonly at: SourceRange
  /** Ours on it, where HTTP and TFTP are; undefined on QEMU's own network, where there is another way to us. */
  readonly own: OwnAddressConfig | undefined
  /** An IPv6 address of ours, whose prefix is made known. */
  readonly announced: SubnetConfig | undefined
  /** Undefined: somebody else leases addresses there. */
  readonly dhcp: DhcpConfig | undefined
  readonly boot: NetworkBootConfig | undefined
}

/** An address, and how large its subnet is. */
export interface SubnetConfig {
  readonly address: string
  readonly prefix: number
}

/** Of IPv4. */
export interface OwnAddressConfig extends SubnetConfig {
  readonly httpPort: number
}

export interface DhcpConfig {
  readonly at: SourceRange
  /** Those that are nobody's in particular. */
  readonly first: string
  readonly last: string
  /** Undefined: there is no way out. */
  readonly gateway: string | undefined
  /** `self`: names of the nodes are answered too. */
  readonly dns: 'self' | readonly string[]
  readonly domain: string | undefined
  readonly leaseS: number
}

export interface NetworkBootConfig {
  readonly at: SourceRange
  /** For the nodes that say nothing themselves; not filled in for one yet. Undefined: the programs alone. */
  readonly what: BootSource | undefined
  /** Served over HTTP; a whole path. */
  readonly folder: string | undefined
  /** Network boot programs: a name in `folder`, or a URL. */
  readonly bios: string | undefined
  readonly uefi: string | undefined
  readonly http: string | undefined
}

/** What iPXE is to do. */
export type BootSource =
  | { readonly kind: 'script'; readonly text: string }
  /** Whole paths. */
  | {
      readonly kind: 'kernel'
      readonly kernel: string
      readonly initrds: readonly string[]
      readonly append: string | undefined
    }
  | { readonly kind: 'image'; readonly image: ImageConfig; readonly append: string | undefined }
  /** The next device of the boot order. */
  | { readonly kind: 'local' }

/** What one NIC of a node boots, with the node's own filled in. */
export interface NicBootConfig {
  readonly network: string
  readonly mac: string
  readonly what: BootSource
}
