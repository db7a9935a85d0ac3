import { join, resolve } from 'node:path'
import { createCommandMachine } from '../backends/command/command-machine.ts'
import { ProgramMachine } from '../backends/command/program-machine.ts'
import { findQemu, missing, packageOf } from '../backends/qemu/find.ts'
import type { HostNicOptions } from '../backends/qemu/host-nic.ts'
import { createQemuMachine } from '../backends/qemu/machine.ts'
import type { QemuNic } from '../backends/qemu/options.ts'
import { makeSeedDisk } from '../backends/qemu/seed-disk.ts'
import type { Clock } from '../base/clock.ts'
import { SetupError } from '../base/errors.ts'
import type { Ledger } from '../base/ledger.ts'
import type { Logger } from '../base/logger.ts'
import type { SystemInterface } from '../bmc/seeds.ts'
import type { CommandConfig, MachineConfig, QemuConfig } from '../config/config.ts'
import type { Machine, PowerState } from '../machine/machine.ts'
import { SimulatedMachine } from '../machine/simulated.ts'
import { plainServer, type SimulatedParts } from '../machine/simulated-inventory.ts'
import type { VmLink } from '../machine/vm-link.ts'
import { ownDiskIn } from './folders.ts'
import { bootImage } from './images.ts'
import type { SeedFiles } from './seed-files.ts'
import { onBridges } from './taps.ts'

/** What a machine needs of its node besides its own part of the configuration. */
export interface MachineSurroundings {
  readonly name: string
  readonly cwd: string
  /** UUID text, equal to the BMC's GUID. */
  readonly uuid: string
  /** Short path for sockets, and for what need not outlive the process; exists. */
  readonly runDir: string
  /** Where the output of QEMU and of the user's own programs is kept. */
  readonly logDir: string
  readonly vmLink: VmLink | undefined
  /** Where a QEMU of ours finds its BMC; undefined: it gets none. */
  readonly ipmiSocketPath: string | undefined
  /** What cloud-init is to find on a disk. */
  readonly seed: SeedFiles | undefined
  /** Those of a QEMU of ours. */
  readonly nics: readonly QemuNic[]
  /** Of a QEMU of ours whose guest has its own way to the BMC's Redfish. */
  readonly hostNic?: HostNicOptions | undefined
  readonly ledger: Ledger
  /** What is kept of its console; undefined: it is not its own serial port. */
  readonly kept: (() => Uint8Array) | undefined
  /** How it was when the process before this one was killed, where that is so. */
  readonly lastPower: PowerState | undefined
  readonly clock: Clock
  readonly log: Logger
}

/** One line a kind of machine. */
export async function createMachine(config: MachineConfig, around: MachineSurroundings): Promise<Machine> {
  if (config.kind === 'simulated' || standsIn(config) !== undefined) {
    return new SimulatedMachine({ ...around, parts: simulatedParts(config), isUp: around.lastPower === 'on' })
  }
  if (config.kind === 'qemu') return createQemu(config, around)
  return createCommand(config, around)
}

/** What is said of a VM that it stands in for, or else a plain server. */
function simulatedParts(config: MachineConfig): SimulatedParts {
  if (config.kind === 'command') return plainServer
  const nics = config.nics.map(({ mac, model }) => ({ mac, model }))
  if (config.kind === 'simulated') return { ...plainServer, nics }
  const { firmware, cpus, memoryMiB, ownDisk, disks } = config
  const own = ownDisk === undefined ? [] : [ownDisk.sizeBytes ?? ownDisk.base?.sizeBytes]
  return { firmware, cpus, memoryMiB, nics, drives: [...own, ...disks.map(() => undefined)] }
}

/**
 * The program and the Debian package of a QEMU that is not on this machine, where the configuration lets a simulated
 * machine stand in for it.
 */
export function standsIn(config: MachineConfig): { program: string; debianPackage: string } | undefined {
  if (config.kind !== 'qemu' || !config.orSimulated || findQemu(config.program) !== undefined) return undefined
  return { program: config.program, debianPackage: packageOf(config.program) }
}

/** What can be said against a machine without making anything of it. Throws a SetupError. */
export function checkMachine(config: MachineConfig, cwd: string): void {
  if (!isRealQemu(config)) return
  const program = config.program.includes('/') ? resolve(cwd, config.program) : config.program
  if (findQemu(program) === undefined) throw new SetupError(missing(program))
  if (config.image !== undefined) bootImage(config.image, config, process.env)
}

/** Whether a QEMU of ours is started for it. */
export function isRealQemu(config: MachineConfig): config is QemuConfig {
  return config.kind === 'qemu' && standsIn(config) === undefined
}

/** Whether a QEMU of ours will look for its BMC. */
export function hasIpmiDevice(config: MachineConfig): boolean {
  return isRealQemu(config) && config.ipmi !== 'none'
}

/** As IPMI calls it; of a machine that is not ours we know nothing, and KCS is what nearly all have. */
export function systemInterface(config: MachineConfig): SystemInterface {
  if (config.kind !== 'qemu') return 'kcs'
  if (config.ipmi === 'smbus') return 'ssif'
  return config.ipmi === 'bt' || config.ipmi === 'pci-bt' ? 'bt' : 'kcs'
}

async function createQemu(config: QemuConfig, around: MachineSurroundings): Promise<Machine> {
  const { ipmi, image, ownDisk, ...rest } = config
  const booted = image === undefined ? rest : { ...rest, ...bootImage(image, config, process.env) }
  const { taps, plugNics } = await onBridges(config, { node: around.name, folder: around.logDir })
  const nics = around.nics.map((nic, i) => (taps[i] === undefined ? nic : onTap(nic, taps[i])))
  // Without a socket to it, no device is made.
  const seed = around.seed && (await makeSeedDisk(around.logDir, around.seed))
  const own = ownDisk && { ...ownDisk, path: ownDiskIn(around.logDir) }
  return createQemuMachine({
    ...booted,
    ...around,
    nics,
    plugNics,
    ownDisk: own,
    seed,
    ipmi: ipmi === 'none' ? 'kcs' : ipmi,
  })
}

function onTap(nic: QemuNic, netdev: string): QemuNic {
  const adopt = async (before: string) => (before === netdev ? undefined : 'its NICs are plugged in elsewhere now')
  return { ...nic, netdev, adopt, onHub: true }
}

async function createCommand(config: CommandConfig, around: MachineSurroundings): Promise<Machine> {
  const { name, cwd, ledger, clock, log } = around
  if (config.chassisControl !== undefined) {
    return new ProgramMachine({ name, program: config.chassisControl, cwd, clock, log })
  }
  const { startCommand, poweroffWaitS, killWaitS } = config
  const logFile = join(around.logDir, 'startcmd.log')
  return createCommandMachine({
    name,
    startCommand,
    poweroffWaitS,
    killWaitS,
    cwd,
    link: around.vmLink,
    logFile,
    ledger,
    clock,
    log,
  })
}
