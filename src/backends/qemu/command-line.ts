import type { BootPlan } from './boot-order.ts'
import { bootIndex, mediaDriveId } from './boot-order.ts'
import { hubArguments } from './detours.ts'
import { hostNicArguments } from './host-nic.ts'
import { imageFormat } from './image-format.ts'
import { usbControllerId } from './media-drives.ts'
import {
  type Accelerator,
  type IpmiDevice,
  type QemuNic,
  type QemuOptions,
  type RunFiles,
  usualMtu,
} from './options.ts'
import type { UefiFiles } from './uefi.ts'

type Described = Omit<
  QemuOptions,
  'runDir' | 'cwd' | 'program' | 'accelerator' | 'firmware' | 'nics' | 'kept' | 'ledger' | 'clock' | 'log'
> & { readonly nics: readonly PluggedNic[] }

/** A NIC of one start. */
export type PluggedNic = Omit<QemuNic, 'netdev'> & { readonly netdev: string }

/**
 * The arguments behind the program's name. Every device has an id, so that QMP finds it again; the boot order is in the
 * bootindex properties alone. The guest waits (`-S`) until its serial port has a reader, so no byte of POST is lost.
 */
export function commandLine(
  options: Described,
  accelerator: Accelerator,
  files: RunFiles,
  plan: BootPlan,
  uefi?: UefiFiles,
): readonly string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-name', `guest=${escaped(options.name)}`],
    ...['-machine', machineOf(options)],
    ...['-accel', accelerator === 'tcg' ? 'tcg,tb-size=32' : 'kvm'],
    ...['-cpu', accelerator === 'tcg' ? emulatedCpu : 'host'],
    ...['-m', `${options.memoryMiB}M`, '-smp', String(options.cpus)],
    ...(uefi === undefined ? [] : uefiFirmware(uefi)),
    ...(options.secureBoot === true ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
    ...(options.uuid === undefined ? [] : ['-uuid', options.uuid]),
    '-S',
    ...['-qmp', `unix:${escaped(files.qmp)},server=on,wait=off`],
    ...[
      '-chardev',
      `socket,id=serial0,path=${escaped(files.serial)},server=on,wait=off,logfile=${escaped(files.serialLog)},logappend=on`,
    ],
    ...['-device', 'isa-serial,id=com1,chardev=serial0'],
    ...ipmiDevice(options),
    ...options.nics.flatMap((nic, i) => [
      ...(nic.onHub ? hubArguments(nic.netdev, i) : ['-netdev', `${nic.netdev},id=net${i}`]),
      ...['-device', `${nicDevice(nic, i)}${ownRom(options, plan)},bootindex=${bootIndex(plan, `nic${i}`)}`],
    ]),
    ...options.disks.flatMap((disk, i) => [
      ...['-drive', `if=none,id=drive${i},format=${imageFormat(disk)},file=${escaped(disk)}`],
      ...['-device', `virtio-blk-pci,id=disk${i},drive=drive${i},bootindex=${bootIndex(plan, `disk${i}`)}`],
    ]),
    ...(options.cdrom === undefined
      ? []
      : [
          ...['-drive', `if=none,id=medium0,media=cdrom,readonly=on,format=raw,file=${escaped(options.cdrom)}`],
          ...['-device', `ide-cd,id=cd0,drive=medium0,bus=ide.1,unit=0,bootindex=${bootIndex(plan, 'cd0')}`],
        ]),
    ...['-device', `ide-cd,id=${mediaDriveId},${mediaBus[options.machine]},bootindex=${bootIndex(plan, mediaDriveId)}`],
    ...(options.usbDrive === true ? ['-device', `qemu-xhci,id=${usbControllerId}`] : []),
    ...(options.seed === undefined ? [] : seedDisk(options.seed)),
    ...(options.ignition === undefined ? [] : ['-fw_cfg', `name=${ignitionName},file=${escaped(options.ignition)}`]),
    ...(options.hostNic === undefined ? [] : hostNicArguments(options.hostNic, files)),
    ...(options.netboot === 'http' || plan.uri !== undefined ? httpOnly : []),
    ...(plan.menu ? ['-boot', `menu=on,splash-time=${menuWaitMs}`] : []),
    ...(plan.direct ? directBoot(options) : []),
    ...options.extraArguments,
  ]
}

/**
 * All that TCG can do: QEMU's own default model is no x86-64-v2, without which RHEL 9 and its kin do not start. Only
 * five-level paging is left out, which costs time and gives a VM nothing.
 */
const emulatedCpu = 'max,la57=off'

/** Where nothing of ours is, nor what QEMU's own `-cdrom` and its first disks would make. */
const mediaBus = { pc: 'bus=ide.1,unit=1', q35: 'bus=ide.5,unit=0' } as const

/** On virtio, since kernels for clouds may have no driver for a CD. Nothing boots from it. */
function seedDisk(file: string): readonly string[] {
  return [
    ...['-drive', `if=none,id=seeddrive0,format=raw,readonly=on,file=${escaped(file)}`],
    ...['-device', 'virtio-blk-pci,id=seed0,drive=seeddrive0'],
  ]
}

/** Where Ignition finds its configuration in the firmware configuration device, on its platform "qemu". */
const ignitionName = 'opt/com.coreos/config'

/**
 * graphics=off is what makes QEMU tell SeaBIOS to talk on the serial port, and iPXE talks through SeaBIOS. The variables of Secure
 * Boot are written in system management mode alone.
 */
function machineOf({ machine, silent = false, secureBoot = false }: Described): string {
  return [machine, ...(silent ? [] : ['graphics=off']), ...(secureBoot ? ['smm=on'] : [])].join(',')
}

/** How long SeaBIOS offers its boot menu, and OVMF its setup. The key is pressed for the user, so it only has to outlast a busy host. */
const menuWaitMs = 5000

function uefiFirmware({ code, vars }: UefiFiles): readonly string[] {
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${escaped(code)}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${escaped(vars)}`],
  ]
}

function nicDevice({ model, mac, mtu = usualMtu }: PluggedNic, i: number): string {
  const told = mtu !== usualMtu && model.startsWith('virtio-net') ? `,host_mtu=${mtu}` : ''
  return `${model},id=nic${i},netdev=net${i},mac=${mac}${told}`
}

/** Without the iPXE of the card, the firmware's own driver has it. */
function ownRom({ netboot = 'ipxe' }: Described, { uri }: BootPlan): string {
  return netboot === 'ipxe' && uri === undefined ? '' : ',romfile='
}

/** OVMF tries PXE before HTTP unless it is told not to (seen with 2022.11). */
const httpOnly: readonly string[] = ['IPv4', 'IPv6'].flatMap((version) => [
  '-fw_cfg',
  `name=opt/org.tianocore/${version}PXESupport,string=no`,
])

function ipmiDevice(options: Described): readonly string[] {
  if (options.ipmiSocketPath === undefined) return []
  return [
    ...['-chardev', `socket,id=ipmi0,path=${escaped(options.ipmiSocketPath)},reconnect=1`],
    ...['-device', 'ipmi-bmc-extern,id=bmc0,chardev=ipmi0'],
    ...['-device', `${ipmiModels[options.ipmi]},id=ipmi1,bmc=bmc0`],
  ]
}

const ipmiModels: Readonly<Record<IpmiDevice, string>> = {
  kcs: 'isa-ipmi-kcs',
  bt: 'isa-ipmi-bt',
  'pci-kcs': 'pci-ipmi-kcs',
  'pci-bt': 'pci-ipmi-bt',
  // The address of a BMC on the SMBus is 10h by custom (IPMI 2.0 §12, SSIF).
  smbus: 'smbus-ipmi,address=0x10',
}

function directBoot(options: Described): readonly string[] {
  if (options.kernel === undefined) return []
  return [
    ...['-kernel', options.kernel],
    ...(options.initrd === undefined ? [] : ['-initrd', options.initrd]),
    ...(options.append === undefined ? [] : ['-append', options.append]),
  ]
}

/** A comma inside a value of QEMU's `key=value,...` lists is written twice. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,')
}
