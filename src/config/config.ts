import type { AuthWord, IdentityConfig } from './identity.ts'
import type { ImageConfig } from './image-config.ts'
import type { NetworkConfig, PlugConfig } from './network-config.ts'
import type { Personality } from './personality/personality.ts'
import type { NicBootConfig } from './services.ts'
import type { SourceRange } from './source.ts'

export type { AuthWord, IdentityConfig } from './identity.ts'
export type * from './image-config.ts'
export type * from './network-config.ts'
export type * from './services.ts'

/**
 * config/ turns files into one typed model. A lab YAML and OpenIPMI's lan.conf with its .emu file are two front ends to
 * the same NodeConfig; anything one can say the model can hold. It opens no socket and starts nothing.
 *
 * Every value that may turn out wrong later remembers where it was written (`at`).
 */
export interface NodeConfig {
  readonly name: string
  readonly at: SourceRange
  /** Folder that relative paths and programs are resolved in (lan.conf: the working directory of the start). */
  readonly cwd: string
  /** What kind of server it is; undefined: only its sensors and inventory, those of the generic one. */
  readonly personality: Personality | undefined
  readonly identity: IdentityConfig
  readonly channels: readonly LanChannelConfig[]
  readonly users: readonly UserConfig[]
  readonly machine: MachineConfig
  /** Where QEMU's ipmi-bmc-extern connects to; a YAML QEMU node gets one of its own without saying so. */
  readonly vmLink: VmLinkConfig | undefined
  /** Undefined: the machine's own console. */
  readonly sol: SolConfig | undefined
  readonly sel: SelConfig
  /** Undefined: the BMC serves none. */
  readonly redfish?: RedfishConfig | undefined
  /** Where the guest itself is reached, which is not where its BMC is. */
  readonly address?: string | undefined
  /** Its place in a cabinet, like x1000c0s0b0n0. */
  readonly xname?: string | undefined
  /** Where the file says so. */
  readonly xnameAt?: SourceRange | undefined
  /** Undefined: nothing says when it is ready. */
  readonly ready?: ReadyConfig | undefined
  /** What its NICs are told to boot, on networks where that is ours to say. */
  readonly boot?: readonly NicBootConfig[] | undefined
  /** Which MC of the emulator commands is the BMC. */
  readonly ipmbAddress: number
  /** What a .emu file says, in its order. */
  readonly emulator: readonly PlacedCommand[]
  /** What its `define` lines have set: a live console goes on with them. */
  readonly emulatorVariables?: ReadonlyMap<string, string>
  /** Where emulator commands are taken over TCP. */
  readonly emulatorConsole?: ListenConfig | undefined
}

/** When a node counts as ready: all of these hold. */
export interface ReadyConfig {
  readonly checks: readonly ReadyCheck[]
  /** From power on. */
  readonly timeoutMs: number
}

export type ReadyCheck =
  /** Something takes connections there, and for ssh calls itself an SSH server. */
  | { readonly kind: 'ssh' | 'tcp'; readonly host: string; readonly port: number }
  /** Whoever is called so can log in there by ssh without a password. */
  | { readonly kind: 'login'; readonly user: string; readonly host: string; readonly port: number }
  /** Text on its console since it was started. */
  | { readonly kind: 'console'; readonly text: string }
  /** The guest has asked its BMC something. */
  | { readonly kind: 'inband' }
  /** Shell text that ends with status 0. */
  | { readonly kind: 'command'; readonly command: string }

/** The BMC's Redfish service, at the addresses of its LAN. */
export interface RedfishConfig {
  /** `auto`: 443 where the system allows, else the first free port from 8443. */
  readonly port: number | 'auto'
  /** Where HTTP is sent on to HTTPS; undefined: nowhere. */
  readonly httpPort: number | undefined
  /** It can be found by SSDP on the BMC's network. */
  readonly ssdp?: boolean | undefined
  /** The guest has its own way to it: a card, and a login by IPMI. */
  readonly hostInterface?: boolean | undefined
  /** Whose files may be inserted as virtual media by `file:` URLs, a whole path; undefined: none may. */
  readonly images?: string | undefined
  readonly at: SourceRange
}

export interface ListenConfig {
  readonly host: string
  readonly port: number
  readonly at: SourceRange
}

/** A lab file: its nodes, in the order of the file. */
export interface LabConfig {
  /** As the user named it. */
  readonly file: string
  /** Whole paths of all files that were looked into: the lab file, and those that it names. */
  readonly files: readonly string[]
  readonly nodes: readonly NodeConfig[]
  /** What NICs may be plugged into. */
  readonly networks: readonly NetworkConfig[]
  /** Nodes that `bmcsim create` can make. */
  readonly pools: readonly PoolConfig[]
  /** Where cloud-init's seeds are served over HTTP. */
  readonly seeds: ListenConfig | undefined
  /** Where all nodes have one Redfish. */
  readonly redfish: LabRedfishConfig | undefined
  /** A whole path, or "none". */
  readonly keyFile: string | undefined
}

/** One Redfish for all nodes of a lab. */
export interface LabRedfishConfig {
  readonly host: string
  readonly port: number
  /** HTTPS with a certificate of the lab's own, or one that is there (PEM); `none`: HTTP. */
  readonly certificate: 'own' | 'none' | { readonly key: string; readonly certificate: string }
  /** An administrator; undefined, and no file: everybody is one. */
  readonly user: { readonly name: string; readonly password: string } | undefined
  /** A file of users, as `htpasswd -B` makes them. */
  readonly authFile?: string | undefined
  /** Paths without their ids that it does not have. */
  readonly without?: readonly string[]
  /** Names and UUIDs of the nodes that it shows; none: all. */
  readonly only?: readonly string[]
  readonly at: SourceRange
}

/** Names of one beginning with a number behind it. */
export interface PoolConfig {
  readonly stem: string
  readonly first: number
  readonly last: number
  /** Digits of the number at least. */
  readonly width: number
  readonly at: SourceRange
}

/** The system event log. */
export interface SelConfig {
  /** Records; undefined: what the personality or the .emu file says. */
  readonly capacity: number | undefined
  readonly whenFull: 'stop' | 'overwrite'
  /** That it was cleared, and that it fills up, is logged in it. */
  readonly ownEvents: boolean
  /** Logins, their ends and failures are logged in it. */
  readonly sessionAudit: boolean
}

export type PrivilegeWord = 'callback' | 'user' | 'operator' | 'admin'

export interface LanChannelConfig {
  readonly number: number
  readonly at: SourceRange
  readonly addresses: readonly AddressConfig[]
  /** Six bytes; undefined: made from the node's name. */
  readonly mac: Uint8Array | undefined
  readonly privilegeLimit: PrivilegeWord
  /** IPMI 1.5 authentication types by level; empty lists: no 1.5 sessions. */
  readonly authTypes: Readonly<Record<PrivilegeWord, readonly AuthWord[]>>
  readonly perMessageAuthentication: boolean
  readonly pefAlerting: boolean
  /** UDP port of the trap receivers. */
  readonly trapPort: number
  /** K_g, 20 bytes, or undefined for one-key logins (IPMI 2.0 §13.33). */
  readonly kg: Uint8Array | undefined
  /** Cipher suite 0 carries no authentication at all: off unless asked for. */
  readonly allowCipherSuite0: boolean
  /** On offer, of those that there are; undefined: all of them. */
  readonly cipherSuites?: readonly number[] | undefined
  readonly lanConfigProgram: string | undefined
  /** Undefined: only addresses that this machine has anyway. */
  readonly alias: AliasConfig | undefined
  /** Undefined: the BMC has no network card of its own. */
  readonly namespace?: NamespaceConfig | undefined
}

/** A network namespace with the BMC's MAC, on a bridge of this machine. */
export interface NamespaceConfig {
  readonly bridge: string
  /** Of the subnet, until a client sets another mask. */
  readonly prefixLength: number
  /** The address is leased, until a client sets one. */
  readonly dhcp: boolean
}

/** An interface of this machine that gets the BMC's address while it runs. */
export interface AliasConfig {
  readonly interface: string
  /** Of the subnet, until a client sets another mask. */
  readonly prefixLength: number
}

export interface AddressConfig {
  readonly host: string
  /** `auto`: 623 where the system allows, else the first free port from 6230. */
  readonly port: number | 'auto'
  readonly at: SourceRange
}

export interface UserConfig {
  /** 1..63; 1 is the user without a name. */
  readonly id: number
  readonly enabled: boolean
  /** Up to 16 bytes. */
  readonly name: Uint8Array
  /** Up to 20 bytes. */
  readonly password: Uint8Array
  readonly privilege: PrivilegeWord
  readonly maxSessions: number
  readonly at: SourceRange
}

export type MachineConfig = SimulatedConfig | QemuConfig | CommandConfig

/** A machine made of nothing: it POSTs, boots and gives a login prompt on its serial port. */
export interface SimulatedConfig {
  readonly kind: 'simulated'
  readonly at: SourceRange
  readonly startNow: boolean
  /** They carry nothing: it sees whether their links are up. */
  readonly nics: readonly NicConfig[]
}

/** A VM whose command line is ours. */
export interface QemuConfig {
  readonly kind: 'qemu'
  readonly at: SourceRange
  readonly startNow: boolean
  /** Program name or path; `qemu-system-x86_64` where nothing is said. */
  readonly program: string
  readonly machine: 'pc' | 'q35'
  /** `auto`: KVM only where a short boot probe shows that it works, else TCG. */
  readonly accelerator: 'auto' | 'kvm' | 'tcg'
  readonly memoryMiB: number
  readonly cpus: number
  /** Disk images, boot order after the NICs unless a boot device says otherwise. Format by file name. */
  readonly disks: readonly string[]
  readonly cdrom: string | undefined
  /** Its BMC has a drive for USB sticks besides that for CDs. */
  readonly usbDrive: boolean
  readonly nics: readonly NicConfig[]
  readonly kernel: string | undefined
  readonly initrd: string | undefined
  readonly append: string | undefined
  /** One of ours, in place of a kernel of the user's. */
  readonly image: ImageConfig | undefined
  /** In the node's state folder, before all other disks. */
  readonly ownDisk: OwnDiskConfig | undefined
  /** A whole path. */
  readonly ignition: string | undefined
  /** What tells the files of kernel, initrd and Ignition from others of the same name. */
  readonly contents: readonly (string | null)[]
  readonly cloudInit: CloudInitConfig | undefined
  readonly firmware: 'bios' | 'uefi'
  /** Who speaks to the network before there is an operating system: the iPXE in the card, or the firmware itself by PXE or HTTP. */
  readonly netboot: NetbootWord
  /** Without a choice of the BMC's. */
  readonly bootOrder: readonly BootWord[]
  /** How its guest reaches the BMC. */
  readonly ipmi: 'kcs' | 'bt' | 'pci-kcs' | 'pci-bt' | 'smbus' | 'none'
  /** More arguments, as they are. */
  readonly extraArguments: readonly string[]
  /** Seconds between asking a VM to be off and SIGTERM, and from there to SIGKILL. */
  readonly poweroffWaitS: number
  readonly killWaitS: number
  /** True where the file does not insist on QEMU: without the program the node becomes a simulated machine. */
  readonly orSimulated: boolean
}

export type NetbootWord = 'ipxe' | 'pxe' | 'http'
export type BootWord = 'network' | 'disk' | 'cdrom'

/** What cloud-init finds at the first boot, filled in for this node. */
export interface CloudInitConfig {
  readonly at: SourceRange
  /** A map is cloud-config, which may be added to; a text goes to the guest as it is. */
  readonly userData: string | Readonly<Record<string, unknown>>
  readonly metaData: Readonly<Record<string, unknown>>
  readonly networkConfig: string | undefined
  /** The lab's own ssh key is let in. */
  readonly sshKey: boolean
  /** The node has it as a disk; else it is only served. */
  readonly disk: boolean
}

/** Made at the first start and kept. */
export interface OwnDiskConfig {
  readonly at: SourceRange
  /** What it begins as, and never writes to; undefined: it begins empty. */
  readonly base: BaseImageConfig | undefined
  /** Undefined: as large as its base. */
  readonly sizeBytes: number | undefined
}

export type DiskFormat = 'qcow2' | 'raw' | 'vdi' | 'vmdk' | 'vhdx' | 'vpc'

/** An image of the lab file's `images`. */
export interface BaseImageConfig {
  readonly name: string
  /** A whole path. */
  readonly file: string
  readonly format: DiskFormat
  /** Of the disk in it, where we can tell. */
  readonly sizeBytes: number | undefined
}

export interface NicConfig {
  /** QEMU device name: e1000, virtio-net-pci, ... */
  readonly model: string
  /** Six bytes, `52:54:00:..`. */
  readonly mac: string
  readonly at: SourceRange
  readonly plug: PlugConfig
  /** As it is at the start of the lab. */
  readonly link: LinkConfig
}

/** What a cable does to what goes through it, each way. */
export interface LinkConfig {
  readonly up: boolean
  readonly delayMs: number
  readonly jitterMs: number
  readonly lossPercent: number
  /** Bits a second; null: as much as goes. */
  readonly rateBps: number | null
}

/** lan.conf's own: a command of the user's starts the machine, or a program of the user's is asked for everything. */
export interface CommandConfig {
  readonly kind: 'command'
  readonly at: SourceRange
  readonly startCommand: string | undefined
  readonly startNow: boolean
  /** 0: never SIGTERM, never SIGKILL. */
  readonly poweroffWaitS: number
  /** 0: never SIGKILL. */
  readonly killWaitS: number
  readonly chassisControl: string | undefined
}

export interface VmLinkConfig {
  readonly channel: number
  readonly host: string
  readonly port: number
  readonly at: SourceRange
}

export interface SolConfig {
  readonly at: SourceRange
  readonly baud: 9600 | 19200 | 38400 | 57600 | 115200
  readonly device: SerialDevice
  /** KiB of scrollback kept on disk. */
  readonly historyKiB: number
}

export type SerialDevice =
  | { readonly kind: 'telnet'; readonly host: string; readonly port: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'tty'; readonly path: string; readonly rtsCts: boolean }
  /** A pty that we make; `link` is a symbolic link to its other end. */
  | { readonly kind: 'pty'; readonly link: string }

/** One accepted line of a .emu file, and where it stands. */
export type PlacedCommand = EmulatorCommand & { readonly at: SourceRange }

/** One line of the emulator language with its arguments read, from a file or from a console. */
export type EmulatorCommand =
  | { readonly kind: 'mc-add'; readonly mc: number; readonly identity: IdentityConfig }
  | { readonly kind: 'mc-guid'; readonly mc: number; readonly guid: Uint8Array }
  | { readonly kind: 'mc-enable' | 'mc-disable' | 'mc-delete'; readonly mc: number }
  | { readonly kind: 'sel-enable'; readonly mc: number; readonly capacity: number; readonly flags: number }
  | { readonly kind: 'sel-add'; readonly mc: number; readonly record: Uint8Array }
  | { readonly kind: 'main-sdr-add'; readonly mc: number; readonly record: Uint8Array }
  | { readonly kind: 'device-sdr-add'; readonly mc: number; readonly lun: number; readonly record: Uint8Array }
  | { readonly kind: 'fru-data'; readonly mc: number; readonly device: number; readonly data: Uint8Array }
  | {
      readonly kind: 'fru-file'
      readonly mc: number
      readonly device: number
      readonly size: number
      /** Where in the file the FRU begins. */
      readonly offset: number
      readonly path: string
    }
  | { readonly kind: 'fru-dump'; readonly mc: number; readonly device: number }
  | SensorCommand
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'debug' | 'persist'; readonly on: boolean }
  /** Of a console alone: it shows what is typed no more. */
  | { readonly kind: 'no-echo' }
  | { readonly kind: 'quit' }

export type SensorCommand =
  | (SensorPlace & {
      readonly kind: 'sensor-add'
      readonly type: number
      readonly eventType: number
      /** There is no reading to ask for. */
      readonly eventOnly: boolean
      readonly poll: PollConfig | undefined
    })
  | (SensorPlace & { readonly kind: 'sensor-value'; readonly value: number; readonly event: boolean })
  | (SensorPlace & {
      readonly kind: 'sensor-bit'
      readonly bit: number
      readonly value: boolean
      readonly clearRest: boolean
      readonly event: boolean
    })
  | (SensorPlace & {
      readonly kind: 'sensor-hysteresis'
      readonly support: SettingSupportWord
      readonly positive: number
      readonly negative: number
    })
  | (SensorPlace & {
      readonly kind: 'sensor-thresholds'
      readonly support: SettingSupportWord
      /** LNC in bit 0. */
      readonly mask: number
      /** LNC, LC, LNR, UNC, UC, UNR; undefined: they stay as they are. */
      readonly values: readonly number[] | undefined
    })
  | (SensorPlace & {
      readonly kind: 'sensor-events'
      readonly events: boolean
      readonly scanning: boolean
      readonly support: EventSupportWord
      readonly assertions: number
      readonly deassertions: number
      readonly assertionsEnabled: number
      readonly deassertionsEnabled: number
    })

export interface SensorPlace {
  readonly mc: number
  readonly lun: number
  readonly number: number
}

/** Where a sensor's value comes from, again and again, and how its bytes become a number. */
export interface PollConfig {
  readonly everyMs: number
  readonly source:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'program'; readonly command: string }
  /** Little-endian bytes, or a number in text. */
  readonly form: 'raw' | 'ascii'
  readonly offset: number
  /** Of `raw`: 1 to 4 bytes. */
  readonly length: number
  /** Of the text: 0 is C's own rule, else 2 to 36. */
  readonly base: number
  readonly mask: number
  readonly sub: number
  readonly mult: number
  readonly div: number
  /** What is asserted before the first look, so that it is no event. */
  readonly initState: number
  /** A bit of another sensor without which there is nothing to measure. */
  readonly depends: (SensorPlace & { readonly bit: number }) | undefined
}

export type SettingSupportWord = 'none' | 'readable' | 'settable' | 'fixed'
export type EventSupportWord = 'per-state' | 'entire-sensor' | 'global' | 'none'
