import type { MachineInventory, NicFacts } from './inventory.ts'

/** Of a machine made of nothing. */
export interface SimulatedParts {
  readonly firmware: 'bios' | 'uefi'
  readonly cpus: number
  readonly memoryMiB: number
  readonly nics: readonly Omit<NicFacts, 'up'>[]
  /** `undefined`: nobody said how large. */
  readonly drives: readonly (number | undefined)[]
}

/** A middling server, where nothing is said: two sockets of sixteen cores, 128 GiB, a drive of 480 GB. */
export const plainServer: SimulatedParts = {
  firmware: 'uefi',
  cpus: 32,
  memoryMiB: 128 * 1024,
  nics: [],
  drives: [480e9],
}

/** The sockets of the server that it plays: as many as its sensors know, where there are cores enough. */
const SOCKETS = 2

export function simulatedInventory(parts: SimulatedParts, isUp: (nic: number) => boolean): MachineInventory {
  const { firmware, cpus, memoryMiB, nics, drives } = parts
  const sockets = cpus >= SOCKETS && cpus % SOCKETS === 0 ? SOCKETS : 1
  return {
    firmware,
    processors: {
      sockets,
      cores: cpus / sockets,
      threadsPerCore: 1,
      model: 'Simulated Processor',
      manufacturer: 'bmcsim',
    },
    memoryMiB,
    nics: nics.map((nic, i) => ({ ...nic, up: isUp(i) })),
    drives: drives.map((capacityBytes, i) => ({ name: `disk${i}`, model: 'Simulated Drive', capacityBytes })),
  }
}
