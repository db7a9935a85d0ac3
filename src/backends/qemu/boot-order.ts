import type { BootChoice, BootDevice } from '../../machine/machine.ts'
import type { MachineSettings } from '../../machine/settings.ts'
import type { QemuOptions } from './options.ts'

/** A device of ours that firmware can boot from. `id` is its name on the command line and under /machine/peripheral. */
export interface Bootable {
  readonly id: string
  readonly kind: BootKind
}

export type BootKind = 'nic' | 'disk' | 'cdrom' | 'usb'

/** The drive of the BMC: always there, and empty unless it has put something into it. */
export const mediaDriveId = 'vcd0'

/** The stick of the BMC, where the VM has a port for it: it has its place in the order also while it is not plugged in. */
export const stickId = 'vusb0'

const kinds = { network: 'nic', disk: 'disk', cdrom: 'cdrom' } as const

/** In the machine's own order: a stick is behind all else. */
export function bootables(
  options: Pick<QemuOptions, 'nics' | 'disks' | 'cdrom' | 'bootOrder' | 'usbDrive'>,
): readonly Bootable[] {
  const { bootOrder = ['network', 'disk', 'cdrom'] } = options
  const all = [
    ...options.nics.map((_, i): Bootable => ({ id: `nic${i}`, kind: 'nic' })),
    ...options.disks.map((_, i): Bootable => ({ id: `disk${i}`, kind: 'disk' })),
    // What the BMC puts in is wanted more than what lies there all the time.
    { id: mediaDriveId, kind: 'cdrom' } as const,
    ...(options.cdrom === undefined ? [] : [{ id: 'cd0', kind: 'cdrom' } as const]),
  ]
  const stick: readonly Bootable[] = options.usbDrive === true ? [{ id: stickId, kind: 'usb' }] : []
  return [...bootOrder.flatMap((word) => all.filter(({ kind }) => kind === kinds[word])), ...stick]
}

/** In another order than the machine's own; what that does not name stays behind. */
export function ordered(devices: readonly Bootable[], order: readonly string[] | undefined): readonly Bootable[] {
  if (order === undefined) return devices
  const named = order.flatMap((id) => devices.filter((device) => device.id === id))
  return [...named, ...devices.filter((device) => !named.includes(device))]
}

/** What a boot choice means to this VM. */
export interface BootPlan {
  /** Bootable devices, first to last. */
  readonly order: readonly string[]
  /** SeaBIOS shows its boot menu, the nearest thing it has to a setup screen; OVMF has one. */
  readonly menu: boolean
  /** The configured kernel is loaded by QEMU itself, before any device. */
  readonly direct: boolean
  /** What its setup says; missing: as it was configured. */
  readonly settings?: MachineSettings
  /** What UEFI boots by HTTP before all devices; empty: what DHCP says. */
  readonly uri?: string
  /** Why the choice could not be honoured as it was meant. */
  readonly note: string | undefined
}

/** Boot flags' devices (IPMI 2.0 §28.13, Table 28-14, parameter 5, data 2) in terms of what a VM of ours can have. */
const wanted: Readonly<Record<BootDevice, BootKind | 'menu' | 'nothing' | 'absent' | 'uri' | 'target'>> = {
  none: 'nothing',
  pxe: 'nic',
  disk: 'disk',
  'safe-mode': 'disk',
  diagnostics: 'absent',
  cdrom: 'cdrom',
  'bios-setup': 'menu',
  'remote-floppy': 'absent',
  'remote-cdrom': 'cdrom',
  'primary-remote-media': 'cdrom',
  'remote-disk': 'absent',
  // "Floppy/primary removable media"
  floppy: 'usb',
  usb: 'usb',
  'uefi-http': 'uri',
  'uefi-target': 'target',
}

export function bootPlan(
  devices: readonly Bootable[],
  hasKernel: boolean,
  choice: BootChoice | undefined,
  firmware: QemuOptions['firmware'] = 'bios',
): BootPlan {
  const own: BootPlan = { order: devices.map((device) => device.id), menu: false, direct: hasKernel, note: undefined }
  if (!choice) return own
  const want = wanted[choice.device]
  if (want === 'nothing') return own
  if (want === 'menu') {
    const note = firmware === 'bios' ? 'SeaBIOS has no setup: its boot menu is shown' : undefined
    return { ...own, menu: true, direct: false, note }
  }
  if (want === 'uri') return { ...own, direct: false, uri: choice.uri ?? '' }
  const first = devices.filter(({ id, kind }) => (want === 'target' ? id === choice.target : kind === want))
  const name = choice.target ?? choice.device
  if (first.length === 0) return { ...own, note: `this VM has no boot device for "${name}": own order kept` }
  const rest = devices.filter((device) => !first.includes(device))
  return {
    order: [...first, ...rest].map((device) => device.id),
    menu: false,
    direct: false,
    note: choice.device === 'safe-mode' ? 'the firmware has no safe mode: the disk is booted as ever' : undefined,
  }
}

/**
 * The boot menu, a kernel that QEMU itself loads and what stands between UEFI and its HTTP boot are on its command line: only a QEMU that was started with the same
 * can carry out `wanted`. The menu also needs its key pressed, which is done once at the start.
 */
export function needsAnotherQemu(started: BootPlan, wanted: BootPlan): boolean {
  const isByHttp = wanted.uri !== undefined || started.uri !== undefined
  return isByHttp || wanted.menu || started.menu || wanted.direct !== started.direct
}

/** Index 0 is what QEMU gives the option ROM that starts a `-kernel`; ours begin behind it. */
export const firstBootIndex = 1

export function bootIndex({ order }: Pick<BootPlan, 'order'>, id: string): number {
  return order.indexOf(id) + firstBootIndex
}
