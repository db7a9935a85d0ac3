import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import type { DriveFacts, FirmwareFacts, MachineInventory, PciPlace } from '../../machine/inventory.ts'
import type { Accelerator, QemuOptions } from './options.ts'
import type { QmpClient } from './qmp.ts'
import { fieldOf, listOf } from './qmp-answers.ts'

type Described = Pick<QemuOptions, 'machine' | 'firmware' | 'memoryMiB' | 'cpus' | 'nics' | 'disks'>

/** Where distributions have the SeaBIOS that QEMU loads. */
const seaBios = ['/usr/share/seabios/bios-256k.bin', '/usr/share/qemu/bios-256k.bin', '/usr/share/qemu/bios.bin']

/** QEMU itself tells where on the bus a device is, and how large a drive; asked once a start, for the answer stays the same. */
export class QemuInventory {
  readonly #accelerator: Accelerator
  #slots: ReadonlyMap<string, PciPlace> = new Map()
  #sizes: ReadonlyMap<string, number> = new Map()
  #seaBios: string | undefined

  constructor(accelerator: Accelerator) {
    this.#accelerator = accelerator
  }

  async learn(qmp: QmpClient): Promise<void> {
    this.#slots = slotsIn(await qmp.execute('query-pci'))
    this.#sizes = sizesIn(await qmp.execute('query-block'))
  }

  /** `pulled`: NICs whose link is down. */
  of(options: Described, pulled: ReadonlySet<number>): MachineInventory {
    return {
      board: options.machine,
      firmware: this.#firmware(options.firmware),
      processors: {
        // As QEMU lays out `-smp N` on its own (since 6.2): one socket.
        ...{ sockets: 1, coresPerSocket: options.cpus, threadsPerCore: 1, instructionSet: 'x86-64' },
        ...(this.#accelerator === 'tcg'
          ? { model: 'QEMU TCG CPU version 2.5+', vendor: 'AuthenticAMD' }
          : { model: hostFact('model name') ?? 'host', vendor: hostFact('vendor_id') ?? 'unknown' }),
      },
      memoryMiB: options.memoryMiB,
      nics: options.nics.map(({ mac, model }, i) => ({
        ...{ id: `nic${i}`, mac, model, linkUp: !pulled.has(i) },
        pci: this.#slots.get(`nic${i}`),
      })),
      drives: options.disks.map((path, i) => this.#drive(`disk${i}`, path)),
      serialPorts: ['COM1'],
    }
  }

  #drive(id: string, path: string): DriveFacts {
    return {
      ...{ id, model: 'QEMU virtio block device', interface: 'virtio', serial: undefined },
      capacityBytes: this.#sizes.get(id) ?? capacityOf(path),
      pci: this.#slots.get(id),
    }
  }

  #firmware(kind: 'bios' | 'uefi'): FirmwareFacts {
    // OVMF names no release of its own: SMBIOS type 0 has "0.0.0" (2022.11).
    if (kind === 'uefi') return { kind, vendor: 'EFI Development Kit II', version: 'OVMF' }
    this.#seaBios ??= seaBiosVersion()
    return { kind, vendor: 'SeaBIOS', version: this.#seaBios }
  }
}

/** What it says behind "SeaBIOS (version": a string of its own in the file. */
function seaBiosVersion(): string {
  const file = seaBios.find((path) => existsSync(path))
  const text = file === undefined ? '' : readFileSync(file, 'latin1')
  const found = /\0((?:rel-)?1\.\d+\.\d+[\w.+~-]*)\0/.exec(text)
  return found?.[1] ?? 'unknown'
}

/** /proc/cpuinfo, of its first processor. */
function hostFact(name: string): string | undefined {
  const text = readFileSync('/proc/cpuinfo', 'utf8')
  return new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1]
}

/** By its name a qcow2 image, whose header has the size at byte 24 (qcow2 specification, "Header"), or what the file itself has. */
function capacityOf(path: string): number | undefined {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase()
  if (!existsSync(path)) return undefined
  if (ending === 'qcow2') return qcow2Size(path)
  return ending !== undefined && ['qcow', 'qed', 'vdi', 'vmdk', 'vhd', 'vhdx'].includes(ending)
    ? undefined
    : statSync(path).size
}

function qcow2Size(path: string): number | undefined {
  const head = Buffer.alloc(32)
  const file = openSync(path, 'r')
  try {
    return readSync(file, head, 0, 32, 0) === 32 ? Number(head.readBigUInt64BE(24)) : undefined
  } finally {
    closeSync(file)
  }
}

/** `query-pci`: devices with the id that they have on the command line, also behind bridges (QMP Reference Manual, PciInfo). */
function slotsIn(answer: unknown): Map<string, PciPlace> {
  const slots = new Map<string, PciPlace>()
  const walk = (devices: readonly unknown[]): void => {
    for (const device of devices) {
      const id = fieldOf(device, 'qdev_id')
      const place = {
        bus: fieldOf(device, 'bus'),
        slot: fieldOf(device, 'slot'),
        function: fieldOf(device, 'function'),
      }
      if (typeof id === 'string' && id !== '') {
        slots.set(id, { bus: Number(place.bus), slot: Number(place.slot), function: Number(place.function) })
      }
      walk(listOf(fieldOf(fieldOf(device, 'pci_bridge'), 'devices')))
    }
  }
  for (const bus of listOf(answer)) walk(listOf(fieldOf(bus, 'devices')))
  return slots
}

/** `query-block`: of each device with a medium, as its guest sees it. `qdev` is an id, or a path that has it (virtio). */
function sizesIn(answer: unknown): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const drive of listOf(answer)) {
    const id = /(?:^|\/peripheral\/)([^/]+)/.exec(String(fieldOf(drive, 'qdev') ?? ''))?.[1]
    const size = fieldOf(fieldOf(fieldOf(drive, 'inserted'), 'image'), 'virtual-size')
    if (id !== undefined && typeof size === 'number') sizes.set(id, size)
  }
  return sizes
}
