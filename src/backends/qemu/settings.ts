import { totalmem } from 'node:os'
import type { MachineSettings, SettingsFacts } from '../../machine/settings.ts'
import type { QemuOptions, RunFiles } from './options.ts'
import { findUefi, prepareUefi, type UefiFiles, uefiPlaces } from './uefi.ts'

/** What QEMU's own machine types stop at is 255 and more; nobody's host has use for that many. */
const mostProcessors = 64
const leastMemoryMiB = 16

type Configured = Pick<QemuOptions, 'firmware' | 'memoryMiB' | 'cpus' | 'machine'>

export function settingsFacts({ machine, ...configured }: Configured): SettingsFacts {
  const noUefi = findUefi(uefiPlaces.plain) === undefined ? 'OVMF is not on the machine that runs the lab' : undefined
  const noSecureBoot =
    machine === 'q35'
      ? findUefi(uefiPlaces.secure) === undefined
        ? 'OVMF with Secure Boot is not on the machine that runs the lab'
        : undefined
      : 'Secure Boot wants machine: q35'
  return {
    initial: {
      bootMode: configured.firmware,
      serialRedirection: true,
      memoryMiB: configured.memoryMiB,
      processors: configured.cpus,
      secureBoot: false,
    },
    memoryMiB: { least: leastMemoryMiB, most: Math.floor(totalmem() / 1024 / 1024) },
    mostProcessors,
    noUefi,
    noSecureBoot,
  }
}

/** What of QEMU's options the settings decide. */
export function withSettings<O extends QemuOptions>(options: O, settings: MachineSettings | undefined): O {
  if (settings === undefined) return options
  const { bootMode, memoryMiB, processors, serialRedirection, secureBoot } = settings
  return {
    ...options,
    ...{ firmware: bootMode, memoryMiB, cpus: processors, secureBoot, silent: !serialRedirection },
    // UEFI's own network boot is nothing for a BIOS.
    netboot: bootMode === 'bios' ? 'ipxe' : options.netboot,
  }
}

export function secureVariables({ uefiVars }: RunFiles): string {
  return uefiVars.replace(/\.fd$/, '-secure.fd')
}

/** Secure Boot has variables of its own, with the keys in them that distributions sign with. */
export function uefiFor(options: Pick<QemuOptions, 'firmware' | 'secureBoot'>, files: RunFiles): UefiFiles | undefined {
  if (options.firmware === 'bios') return undefined
  return options.secureBoot === true
    ? prepareUefi(secureVariables(files), uefiPlaces.secure)
    : prepareUefi(files.uefiVars, uefiPlaces.plain)
}

export function sameSettings(a: MachineSettings | undefined, b: MachineSettings | undefined, initial: MachineSettings) {
  return JSON.stringify(a ?? initial) === JSON.stringify(b ?? initial)
}
