import type { BytePort } from '../base/byte-port.ts'
import type { MachineInventory } from './inventory.ts'
import type { MediaDrive, Medium } from './media.ts'
import type { SecureBootKeys } from './secure-boot.ts'
import type { MachineSettings, SettingsFacts } from './settings.ts'
import type { MachineVitals } from './vitals.ts'

/**
 * machine/ is the small interface to "what a BMC manages", and the one in-memory machine. It knows no protocol: the
 * verbs are the wire's verbs, one for one (Chassis Control, IPMI 2.0 §28.3), and failures are BmcErrors with a reason.
 */
export type PowerState = 'on' | 'off'

/**
 * What the firmware is asked to boot, once or until changed (IPMI 2.0 §28.12, Table 28-14, parameter 5; the last three are
 * Redfish's).
 */
export interface BootChoice {
  readonly device: BootDevice
  readonly efi: boolean
  /** What this start begins with, whatever is set up; undefined: as set up. */
  readonly mode?: 'bios' | 'uefi'
  /** False: for the next start only. */
  readonly persistent: boolean
  /** Of `uefi-http`; undefined: whatever DHCP says. */
  readonly uri?: string | undefined
  /** Of `uefi-target`: the id of a boot device. */
  readonly target?: string | undefined
}

/** One device that the firmware could boot from. */
export interface BootDeviceFacts {
  /** `nic0`, `disk0`, `cd0`: its own in this machine. */
  readonly id: string
  readonly kind: 'nic' | 'disk' | 'cdrom' | 'usb'
  /** What UEFI calls it, as text. Missing: not known, or nothing for UEFI. */
  readonly uefiPath?: string
}

export type BootDevice =
  | 'none'
  | 'pxe'
  | 'disk'
  | 'safe-mode'
  | 'diagnostics'
  | 'cdrom'
  | 'bios-setup'
  | 'remote-floppy'
  | 'remote-cdrom'
  | 'primary-remote-media'
  | 'remote-disk'
  | 'floppy'
  | 'usb'
  | 'uefi-http'
  | 'uefi-target'

/**
 * Why the power changed, as far as the machine can tell. `request`: one of the verbs below asked for it; `connected`: a VM
 * that was started elsewhere, or by our process before this one, has connected; `reported`: whoever is asked for the
 * power says so, and not why.
 */
export type PowerCause = 'request' | 'guest' | 'died' | 'connected' | 'reported'

/** What this machine can do beyond on and off. A verb whose fact is false rejects with reason `not-supported`. */
export interface MachineAbilities {
  /** False for a VM that was started elsewhere: once off it stays off, so a power cycle must not begin. */
  readonly powerOn: boolean
  readonly reset: boolean
  readonly nmi: boolean
  readonly softOff: boolean
  readonly boot: boolean
}

export interface StartOptions {
  /** What to boot this time; undefined: the machine's own order. */
  readonly boot?: BootChoice
  /** What its setup says; missing: as it was configured. */
  readonly settings?: MachineSettings
  /** Ids of boot devices, first to last, in place of the machine's own order. */
  readonly order?: readonly string[]
}

export interface Machine {
  /** The word `bmcsim ps` prints. */
  readonly kind: 'qemu' | 'simulated' | 'command'
  /** May change while it runs: a VM link that announced its capabilities, for one. */
  readonly abilities: MachineAbilities
  /** As last heard of; see `askPower`. */
  readonly power: PowerState
  /** What its setup can change, at a start or a reset. Missing: nothing. */
  readonly settings?: SettingsFacts
  /** Missing: it has none that could be told of. */
  readonly secureBootKeys?: SecureBootKeys
  /** In the machine's own order. Missing: nobody but its firmware knows. */
  readonly bootDevices?: readonly BootDeviceFacts[]
  /** The serial port, where the machine has one of its own; lan.conf's `sol` line names one from outside instead. */
  readonly console: BytePort | undefined

  /** Resolves when the machine runs; already on: nothing happens. Rejects when it could not be started, saying why. */
  powerOn(options: StartOptions): Promise<void>
  /** Resolves when "off" is under way and cannot fail any more; already off: nothing happens. `onPower` tells when it is off. */
  powerOff(): Promise<void>
  reset(options: StartOptions): Promise<void>
  nmi(): Promise<void>
  /** Presses the power button: the guest decides. */
  softOff(): Promise<void>
  /** Lights its identify light; 0 seconds: out, forced: until told otherwise. Missing: it has none of its own. */
  identify?(seconds: number, forced: boolean): Promise<void>

  /** The link of its NIC goes up or down, and stays so, off and on again. Missing: it has no NIC that could be told. */
  setLink?(nic: number, up: boolean): Promise<void>

  /** The same of the card whose other end is its BMC. Missing: it has none. */
  setHostLink?(up: boolean): Promise<void>

  /**
   * Works at a share of its speed at most, 0 to 1, and stays so, off and on again; undefined: as hard as it can. Missing: it cannot be
   * slowed.
   */
  limitWork?(share: number | undefined): void

  /** Brings `power` up to date, or rejects. Missing: the machine tells of every change at once. */
  askPower?(): Promise<void>

  /** Whose media are changed by `setMedium`. Missing: there are none. */
  readonly mediaDrives?: readonly MediaDrive[]
  /** Puts a medium into a drive in place of what is in it, or takes it out; it stays so, off and on again. */
  setMedium?(drive: string, medium: Medium | undefined): Promise<void>

  /** What it is made of. Missing: it cannot be seen. */
  inventory?(): MachineInventory

  /** What it does, looked up now and at once. Missing, or undefined: it cannot be seen. */
  vitals?(): MachineVitals | undefined

  onPower(fn: (power: PowerState, cause: PowerCause) => void): () => void
  /** The guest began again from its firmware without one of the verbs. Missing: nobody tells. */
  onReset?(fn: () => void): () => void
  /** Ends what this object started and lets go of what it only attached to. */
  close(): Promise<void>
  /**
   * In place of `close`: what runs goes on, and a machine that is made anew of the same configuration adopts it. Missing: nothing
   * of it could go on.
   */
  detach?(): Promise<void>
  /** The networks of this machine are there: one that was adopted plugs its NICs in again, where they are not. */
  plugIn?(): Promise<void>
  /** What runs was started by an earlier machine, of this process or one before. */
  readonly adopted?: boolean
  /** What the user should know of how it came to be. */
  readonly notes?: readonly string[]
}
