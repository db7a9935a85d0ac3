import type { MachineInventory, NicFacts } from './inventory.ts'
import type { BootDeviceFacts } from './machine.ts'
import type { MachineSettings, SettingsFacts } from './settings.ts'

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

export function simulatedBootDevices({ nics, drives }: SimulatedParts): readonly BootDeviceFacts[] {
  return [
    ...drives.map((_, i): BootDeviceFacts => {
      return {
        id: `disk${i}`,
        kind: 'disk',
        uefiPath: `PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x${i.toString(16)},0xFFFF,0x0)`,
      }
    }),
    ...nics.map(({ mac }, i): BootDeviceFacts => {
      const address = mac.replaceAll(':', '').toUpperCase()
      return {
        id: `nic${i}`,
        kind: 'nic',
        uefiPath: `PciRoot(0x0)/Pci(0x${(i + 1).toString(16)},0x0)/MAC(${address},0x1)`,
      }
    }),
  ]
}

export function simulatedSettings({ firmware, memoryMiB, cpus }: SimulatedParts): SettingsFacts {
  return {
    initial: { bootMode: firmware, serialRedirection: true, memoryMiB, processors: cpus, secureBoot: false },
    memoryMiB: { least: 16, most: Math.max(memoryMiB, 4 * 1024 * 1024) },
    mostProcessors: Math.max(cpus, 256),
    noUefi: undefined,
    noSecureBoot: undefined,
  }
}

export function withSettings(parts: SimulatedParts, settings: MachineSettings | undefined): SimulatedParts {
  if (settings === undefined) return parts
  return { ...parts, firmware: settings.bootMode, memoryMiB: settings.memoryMiB, cpus: settings.processors }
}
