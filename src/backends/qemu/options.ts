import { resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { SetupError } from '../../base/errors.ts'
import type { Ledger } from '../../base/ledger.ts'
import type { Logger } from '../../base/logger.ts'
import type { Detour } from './detours.ts'
import type { HostNicFiles, HostNicOptions } from './host-nic.ts'
import type { OwnDisk } from './own-disk.ts'

/**
 * backends/qemu/ runs one virtual machine with QEMU: its command line, its process, its monitor (QMP), its serial port.
 * It must never know IPMI, SOL or a lab file: the door that QEMU's IPMI device connects to is a path to it, no more.
 */
export interface QemuOptions {
  readonly name: string
  /** Sockets and pid file live here. Keep it short: a socket's path must fit in 107 bytes. */
  readonly runDir: string
  /** `qemu.log` is kept here, command line and QEMU's own messages; it is wanted most when all else has ended. */
  readonly logDir: string
  /** QEMU's working directory: relative disks, kernels and scripts are found from here. */
  readonly cwd: string
  readonly program: string
  readonly machine: 'pc' | 'q35'
  /** SeaBIOS, or OVMF. */
  readonly firmware: 'bios' | 'uefi'
  /** Who boots from the network: the iPXE in the card (undefined too), or UEFI itself by PXE or HTTP. */
  readonly netboot?: 'ipxe' | 'pxe' | 'http'
  /** Without a choice; undefined: network, disks, CD. */
  readonly bootOrder?: readonly ('network' | 'disk' | 'cdrom')[]
  /** OVMF that starts only what is signed; wants q35. */
  readonly secureBoot?: boolean
  /** The BIOS does not talk on the serial port. */
  readonly silent?: boolean
  readonly accelerator: 'auto' | Accelerator
  readonly memoryMiB: number
  readonly cpus: number
  readonly disks: readonly string[]
  /** Made where it is not there yet, and before all others. */
  readonly ownDisk?: OwnDisk | undefined
  readonly cdrom: string | undefined
  /** The BMC can plug in a USB stick, too. */
  readonly usbDrive?: boolean
  readonly nics: readonly QemuNic[]
  /** What is to be done on this machine once QEMU has made its NICs, and before the guest runs. */
  readonly plugNics?: (() => Promise<void>) | undefined
  /** The card whose other end is the BMC; undefined: it has none. */
  readonly hostNic?: HostNicOptions | undefined
  readonly kernel: string | undefined
  readonly initrd: string | undefined
  readonly append: string | undefined
  /** A file system for the guest to read, behind all disks. */
  readonly seed?: string | undefined
  /** Handed to the guest where Ignition looks for it. */
  readonly ignition?: string | undefined
  readonly extraArguments: readonly string[]
  /** `8-4-4-4-12` hex digits; the guest finds it in SMBIOS type 1. */
  readonly uuid: string | undefined
  /** Where the in-band door listens for QEMU's `ipmi-bmc-extern`; undefined: the guest has no BMC of its own. */
  readonly ipmiSocketPath: string | undefined
  /** What the guest finds it through. */
  readonly ipmi: IpmiDevice
  /** Seconds between asking QEMU to quit and SIGTERM, and from there to SIGKILL. */
  readonly poweroffWaitS: number
  readonly killWaitS: number
  /** What is kept of its console; missing: nobody reads it. */
  readonly kept?: (() => Uint8Array) | undefined
  /** Of this VM. */
  readonly ledger: Ledger
  readonly clock: Clock
  readonly log: Logger
}

export type Accelerator = 'kvm' | 'tcg'

/** KCS and BT at the ISA bus or as PCI devices, or SSIF on the SMBus. */
export type IpmiDevice = 'kcs' | 'bt' | 'pci-kcs' | 'pci-bt' | 'smbus'

export interface QemuNic {
  readonly model: string
  readonly mac: string
  /** Text behind `-netdev`, without `,id=`, or whom to ask for it before every start. */
  readonly netdev: string | (() => Promise<string>)
  /** Its frames can be led round while QEMU runs. */
  readonly onHub?: boolean
  /** Of one on a hub: QEMU has made it, and its guest does not run yet, or it was adopted. `lead`: for as long as that QEMU runs. */
  plugged?(lead: LeadRound): Promise<void>
  /** Takes up the far end of a netdev that was asked for by an earlier process; why it cannot, or undefined. */
  adopt?(netdev: string): Promise<string | undefined>
  /** What goes through it both ways, where somebody counts that who is not QEMU. */
  bytes?(): number | undefined
  /** The guest's driver is told where it has a way to hear it (virtio). */
  readonly mtu?: number | undefined
}

/** Leads the frames of a NIC round, or straight again. */
export type LeadRound = (detour: Detour | undefined) => Promise<void>

/** Ethernet's own, which nobody needs to be told. */
export const usualMtu = 1500

/** The files of one VM. */
export interface RunFiles extends HostNicFiles {
  readonly serial: string
  /** What was said there, heard or not. */
  readonly serialLog: string
  readonly qmp: string
  readonly pid: string
  readonly log: string
  /** Of a VM with UEFI: its variables, such as the boot entries that an installer makes. */
  readonly uefiVars: string
}

export function runFiles(runDir: string, logDir = runDir): RunFiles {
  const folder = resolve(runDir)
  return {
    serial: `${folder}/serial.sock`,
    serialLog: `${folder}/serial.log`,
    qmp: `${folder}/qmp.sock`,
    pid: `${folder}/qemu.pid`,
    log: resolve(logDir, 'qemu.log'),
    uefiVars: resolve(logDir, 'uefi-vars.fd'),
    smbios: `${folder}/smbios.bin`,
    hostRelay: `${folder}/host-relay.sh`,
  }
}

/** `sockaddr_un.sun_path` holds 108 bytes with the zero at its end (unix(7)); a longer path is cut or refused. */
const longestSocketPath = 107

export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path)
  if (length <= longestSocketPath) return
  throw new SetupError(
    `the socket path ${path} has ${length} bytes, and unix sockets allow ${longestSocketPath}: choose a shorter run or state folder`,
  )
}
