import type { BootChoice, BootDevice } from '../../machine/machine.ts'
import type { QemuOptions } from './options.ts'

/** A device of ours that firmware can boot from. `id` is its name on the command line and under /machine/peripheral. */
export interface Bootable {
  readonly id: string
  readonly kind: BootKind
}

export type BootKind = 'nic' | 'disk' | 'cdrom'

/** The drive of the BMC: always there, and empty unless it has put something into it. */
export const mediaDriveId = 'vcd0'

const kinds = { network: 'nic', disk: 'disk', cdrom: 'cdrom' } as const

/** In the machine's own order. */
export function bootables(options: Pick<QemuOptions, 'nics' | 'disks' | 'cdrom' | 'bootOrder'>): readonly Bootable[] {
  const { bootOrder = ['network', 'disk', 'cdrom'] } = options
  const all = [
    ...options.nics.map((_, i): Bootable => ({ id: `nic${i}`, kind: 'nic' })),
    ...options.disks.map((_, i): Bootable => ({ id: `disk${i}`, kind: 'disk' })),
    // What the BMC puts in is wanted more than what lies there all the time.
    { id: mediaDriveId, kind: 'cdrom' } as const,
    ...(options.cdrom === undefined ? [] : [{ id: 'cd0', kind: 'cdrom' } as const]),
  ]
  return bootOrder.flatMap((word) => all.filter(({ kind }) => kind === kinds[word]))
}

/** What a boot choice means to this VM. */
export interface BootPlan {
  /** Bootable devices, first to last. */
  readonly order: readonly string[]
  /** SeaBIOS shows its boot menu, the nearest thing it has to a setup screen; OVMF has one. */
  readonly menu: boolean
  /** The configured kernel is loaded by QEMU itself, before any device. */
  readonly direct: boolean
  /** Why the choice could not be honoured as it was meant. */
  readonly note: string | undefined
}

/** Boot flags' devices (IPMI 2.0 §28.13, Table 28-14, parameter 5, data 2) in terms of what a VM of ours can have. */
const wanted: Readonly<Record<BootDevice, BootKind | 'menu' | 'nothing' | 'absent'>> = {
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
  floppy: 'absent',
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
  const first = devices.filter((device) => device.kind === want)
  if (first.length === 0) return { ...own, note: `this VM has no boot device for "${choice.device}": own order kept` }
  const rest = devices.filter((device) => device.kind !== want)
  return {
    order: [...first, ...rest].map((device) => device.id),
    menu: false,
    direct: false,
    note: choice.device === 'safe-mode' ? 'the firmware has no safe mode: the disk is booted as ever' : undefined,
  }
}

/**
 * The boot menu and a kernel that QEMU itself loads are on its command line: only a QEMU that was started with the same
 * can carry out `wanted`. The menu also needs its key pressed, which is done once at the start.
 */
export function needsAnotherQemu(started: BootPlan, wanted: BootPlan): boolean {
  return wanted.menu || started.menu || wanted.direct !== started.direct
}

/** Index 0 is what QEMU gives the option ROM that starts a `-kernel`; ours begin behind it. */
export const firstBootIndex = 1

export function bootIndex({ order }: Pick<BootPlan, 'order'>, id: string): number {
  return order.indexOf(id) + firstBootIndex
}
