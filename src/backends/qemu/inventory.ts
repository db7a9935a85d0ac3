import { statSync } from 'node:fs'
import { cpus as hostProcessors } from 'node:os'
import { resolve } from 'node:path'
import type { DriveFacts, MachineInventory } from '../../machine/inventory.ts'
import { type Accelerator, type QemuOptions, usualMtu } from './options.ts'
import { imageSize } from './own-disk.ts'

type Described = Pick<
  QemuOptions,
  'cwd' | 'cpus' | 'memoryMiB' | 'nics' | 'disks' | 'cdrom' | 'firmware' | 'ownDisk' | 'machine'
>

/** What QEMU makes of its options. `pulled`: the NICs whose link is down. */
export function inventoryOf(
  options: Described,
  accelerator: Accelerator,
  pulled: ReadonlySet<number>,
): MachineInventory {
  const host = accelerator === 'kvm' ? hostProcessors()[0] : undefined
  return {
    processors: {
      // Since 6.2 `-smp N` is one socket with N cores.
      sockets: 1,
      coresPerSocket: options.cpus,
      threadsPerCore: 1,
      // What the guest reads from `-cpu max` under TCG.
      model: host?.model.trim() ?? 'QEMU TCG CPU version 2.5+',
      manufacturer: host === undefined ? undefined : makerOf(host.model),
      instructionSet: 'x86-64',
      maxSpeedMHz: host === undefined || host.speed === 0 ? undefined : host.speed,
    },
    memoryMiB: options.memoryMiB,
    nics: options.nics.map(({ mac, model, mtu = usualMtu }, i) => {
      return { id: `nic${i}`, mac: mac.toLowerCase(), model, linkUp: !pulled.has(i), mtu }
    }),
    drives: [
      ...options.disks.map((file, i): DriveFacts => {
        const capacityBytes = sizeOf(resolve(options.cwd, file))
        const ids = { id: `disk${i}`, serialNumber: undefined }
        return { ...ids, kind: 'disk', capacityBytes, model: 'QEMU virtio-blk', interface: 'virtio' }
      }),
      ...(options.cdrom === undefined ? [] : [ownCd(options, options.cdrom)]),
    ],
    firmware: { kind: options.firmware, name: options.firmware === 'uefi' ? 'OVMF' : 'SeaBIOS', version: undefined },
  }
}

function ownCd({ cwd, machine }: Described, file: string): DriveFacts {
  const capacityBytes = sizeOf(resolve(cwd, file))
  const bus = machine === 'q35' ? 'SATA' : 'IDE'
  return { id: 'cd0', kind: 'cdrom', capacityBytes, model: 'QEMU DVD-ROM', interface: bus, serialNumber: undefined }
}

function sizeOf(file: string): number | undefined {
  return file.endsWith('.qcow2') ? imageSize(file) : statSync(file, { throwIfNoEntry: false })?.size
}

function makerOf(model: string): string | undefined {
  return ['Intel', 'AMD'].find((maker) => model.includes(maker))
}
