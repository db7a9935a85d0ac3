import type { DriveFacts, MachineInventory } from './inventory.ts'

/** What a simulated machine pretends to be made of; left out: one processor, 32 MiB, no card and no drive. */
export interface SimulatedParts {
  readonly memoryMiB?: number | undefined
  readonly cpus?: number | undefined
  readonly firmware?: 'bios' | 'uefi' | undefined
  readonly disks?: number | undefined
  readonly nics?: readonly { readonly mac: string; readonly model: string }[] | undefined
}

/** Of a drive of which nothing is said. */
const driveBytes = 10 * 1024 ** 3

export function simulatedInventory(parts: SimulatedParts, pulled: ReadonlySet<number>): MachineInventory {
  const { memoryMiB = 32, cpus = 1, firmware = 'bios', disks = 0, nics = [] } = parts
  return {
    board: 'simulated',
    firmware: { kind: firmware, vendor: 'bmcsim', version: 'simulated' },
    processors: {
      ...{ sockets: 1, coresPerSocket: cpus, threadsPerCore: 1 },
      ...{ model: 'Simulated processor', vendor: 'bmcsim', instructionSet: 'x86-64' },
    },
    memoryMiB,
    nics: nics.map(({ mac, model }, i) => ({ id: `nic${i}`, mac, model, linkUp: !pulled.has(i), pci: undefined })),
    drives: Array.from({ length: disks }, (_, i) => drive(i)),
    serialPorts: ['COM1'],
  }
}

function drive(i: number): DriveFacts {
  return {
    id: `disk${i}`,
    ...{ model: 'Simulated drive', interface: 'virtio', serial: undefined, capacityBytes: driveBytes, pci: undefined },
  }
}
