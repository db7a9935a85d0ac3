import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { cpus as hostCpus } from 'node:os'
import { resolve } from 'node:path'
import type { DriveFacts, MachineInventory } from '../../machine/inventory.ts'
import { hostNicFacts } from './host-nic.ts'
import { imageFormat } from './image-format.ts'
import type { Accelerator, QemuOptions } from './options.ts'

type Parts = Pick<QemuOptions, 'firmware' | 'cpus' | 'memoryMiB' | 'nics' | 'disks' | 'cwd' | 'hostNic'>

/** What QEMU is told to make. */
export function qemuInventory(
  { firmware, cpus, memoryMiB, nics, disks, cwd, hostNic }: Parts,
  accelerator: Accelerator,
  pulled: ReadonlySet<number>,
): MachineInventory {
  return {
    firmware,
    processors: { ...processorOf(accelerator), sockets: 1, cores: cpus, threadsPerCore: 1 },
    memoryMiB,
    nics: nics.map(({ mac, model }, i) => ({ mac, model, up: !pulled.has(i) })),
    ...(hostNic && { hostNic: hostNicFacts(hostNic) }),
    drives: disks.map((disk, i): DriveFacts => {
      return { name: `disk${i}`, model: 'QEMU virtio-blk', capacityBytes: diskBytes(resolve(cwd, disk), disk) }
    }),
  }
}

/** As the guest finds it in its processors' own words. */
function processorOf(accelerator: Accelerator): { readonly model: string; readonly manufacturer: string } {
  if (accelerator === 'tcg') return { model: 'QEMU TCG CPU version 2.5+', manufacturer: 'QEMU' }
  const model = hostCpus()[0]?.model.trim() ?? ''
  return { model: model === '' ? 'Host Processor' : model, manufacturer: makerOf(model) }
}

function makerOf(model: string): string {
  if (/\bintel\b/i.test(model)) return 'Intel'
  return /\bamd\b/i.test(model) ? 'AMD' : 'unknown'
}

/** The size of the disk is at byte 24 of a qcow2 header (qcow2 specification, "Header"). */
const SIZE_AT = 24

/** Of a raw image, and of the qcow2 images that QEMU takes for one by their name; undefined of any other. */
function diskBytes(path: string, name: string): number | undefined {
  const format = imageFormat(name)
  if (format !== 'raw' && format !== 'qcow2') return undefined
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      if (format === 'raw') return size
      const head = Buffer.alloc(SIZE_AT + 8)
      return readSync(file, head, 0, head.length, 0) === head.length ? Number(head.readBigUInt64BE(SIZE_AT)) : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    // `nbd:` and `json:` are no files, and one that has gone is QEMU's to complain of.
    return undefined
  }
}
