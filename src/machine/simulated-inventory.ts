import { hash } from 'node:crypto'
import type { MachineInventory, NicFacts } from './inventory.ts'

/** What its configuration says of a simulated machine; the rest is that of a usual server. */
export interface SimulatedParts {
  readonly cpus?: number
  readonly memoryMiB?: number
  readonly nics?: readonly { readonly mac: string; readonly model: string }[]
  /** Bytes of each. */
  readonly disks?: readonly (number | undefined)[]
  readonly firmware?: 'bios' | 'uefi'
}

const usualMemoryMiB = 64 * 1024
const usualCores = 16
const usualDiskBytes = 480_103_981_056
const firmwareVersion = '1.0.0'

/** `pulled`: the NICs whose link is down. A machine that was given no NIC has one with a MAC of its own. */
export function simulatedInventory(
  name: string,
  { cpus, memoryMiB = usualMemoryMiB, nics = [], disks = [], firmware = 'uefi' }: SimulatedParts,
  pulled: ReadonlySet<number>,
): MachineInventory {
  const sockets = cpus === undefined ? 2 : 1
  const cards = nics.length > 0 ? nics : [{ mac: ownMac(name), model: 'simulated' }]
  const sizes = disks.length > 0 ? disks : [usualDiskBytes]
  return {
    processors: {
      sockets,
      coresPerSocket: cpus ?? usualCores,
      threadsPerCore: cpus === undefined ? 2 : 1,
      model: 'Simulated Processor',
      manufacturer: undefined,
      instructionSet: 'x86-64',
      maxSpeedMHz: 2400,
    },
    memoryMiB,
    nics: cards.map(
      ({ mac, model }, i): NicFacts => ({ id: `nic${i}`, mac, model, linkUp: !pulled.has(i), mtu: 1500 }),
    ),
    drives: sizes.map((capacityBytes, i) => ({
      id: `disk${i}`,
      kind: 'disk',
      capacityBytes,
      model: 'Simulated Disk',
      interface: 'SATA',
      serialNumber: `SIM${hash('sha1', `${name}/disk${i}`).slice(0, 12).toUpperCase()}`,
    })),
    firmware: { kind: firmware, name: 'Simulated Firmware', version: firmwareVersion },
  }
}

/** IEEE 802 §8.2.2: administered locally, for one station. */
function ownMac(name: string): string {
  const bytes = hash('sha1', `nic/${name}`, 'buffer').subarray(0, 6)
  bytes[0] = (bytes[0] & ~0x03) | 0x02
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
