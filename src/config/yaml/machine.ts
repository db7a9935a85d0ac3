import { resolve } from 'node:path'
import type { MachineConfig, QemuConfig, VmLinkConfig } from '../config.ts'
import { defaultKillWaitS, defaultPoweroffWaitS, systemInterfaceChannel } from '../defaults.ts'
import { readHostPort } from '../serial-device.ts'
import type { SourceRange } from '../source.ts'
import { type OwnFacts, readCloudInit } from './cloud-init.ts'
import type { EntryReader } from './entry-reader.ts'
import { readBootOrder, readNetboot } from './machine-boot.ts'
import { readMachineFiles } from './machine-files.ts'
import { readNic } from './nic.ts'
import { readOwnDisk } from './own-disk.ts'
import { type MachineEntry, memoryMiB, type NicEntry, TEST_GUEST } from './schema.ts'

const DEFAULT_MEMORY_MIB = 32
/** What the makers of cloud images ask for at least. */
const DEFAULT_IMAGE_MEMORY_MIB = 1024
/** A Linux, or the UEFI firmware alone, does not start with less than about 100. */
const DEFAULT_LARGE_MEMORY_MIB = 128
const DEFAULT_PROGRAM = 'qemu-system-x86_64'
const DEFAULT_NICS: readonly NicEntry[] = [{}]

const waits = ['poweroffWait', 'killWait'] as const
const qemuKeys = [
  ...[
    'program',
    'machine',
    'accel',
    'memory',
    'cpus',
    'disks',
    'cdrom',
    'usbDrive',
    'nics',
    'kernel',
    'initrd',
    'append',
    'image',
    'disk',
    'ignition',
    'cloudInit',
    'firmware',
    'netboot',
    'bootOrder',
    'ipmi',
    'arguments',
  ],
  ...waits,
]
const commandKeys = ['startCommand', 'chassisControl', 'link', ...waits]

/** What a kind of machine understands, besides `kind` and `start`. */
const keysOf: Readonly<Record<'auto' | 'qemu' | 'simulated' | 'command', readonly string[]>> = {
  auto: qemuKeys,
  qemu: qemuKeys,
  simulated: ['nics'],
  command: commandKeys,
}

/**
 * A node's own machine over the default one, key by key, and so for what is in `cloudInit`. The default's keys are for its own kind of machine: a node of another kind
 * takes only `start` from it, and `nics` where it has any.
 */
export function mergedMachine(own: MachineEntry = {}, general: MachineEntry = {}): MachineEntry {
  const ownKeys = keysOf[own.kind ?? general.kind ?? 'auto']
  if (ownKeys === keysOf[general.kind ?? 'auto']) {
    const cloudInit = own.cloudInit && general.cloudInit ? { ...general.cloudInit, ...own.cloudInit } : undefined
    return { ...general, ...own, ...(cloudInit && { cloudInit }) }
  }
  const { start, nics } = general
  return {
    ...(start === undefined ? {} : { start }),
    ...(nics === undefined || !ownKeys.includes('nics') ? {} : { nics }),
    ...own,
  }
}

/** `node`: what it says of itself; `boots`: it says what it boots from the network. */
export function readMachine(
  entry: MachineEntry,
  reader: EntryReader,
  node: { readonly address: string | undefined; readonly boots: boolean },
): MachineConfig {
  const kind = entry.kind ?? 'auto'
  const at = reader.place('machine')
  const startNow = entry.start === 'now'
  for (const key of Object.keys(entry)) {
    if (key === 'kind' || key === 'start' || keysOf[kind].includes(key)) continue
    // An image may be one that the command line names, as `bmcsim create 3:f39` does.
    const what = key === 'image' ? `image "${entry.image}"` : `"${key}"`
    reader.wrong(['machine', key], `${what} means nothing for a machine of kind ${kind}; remove it`)
  }
  const nics = (entry.nics ?? DEFAULT_NICS).map((nic, index) => readNic(nic, index, reader))
  if (kind === 'simulated') return { kind, at, startNow, nics: entry.nics === undefined ? [] : nics }
  const poweroffWaitS = entry.poweroffWait ?? defaultPoweroffWaitS
  const killWaitS = entry.killWait ?? defaultKillWaitS
  if (kind === 'command') {
    const { startCommand, chassisControl } = entry
    if (startCommand === undefined && chassisControl === undefined && entry.link === undefined) {
      reader.wrong(['machine'], 'nothing says how to power this machine; write startCommand, chassisControl or link')
    }
    return {
      kind,
      at,
      startCommand: reader.filled(startCommand),
      startNow,
      poweroffWaitS,
      killWaitS,
      chassisControl: reader.filled(chassisControl),
    }
  }
  return {
    ...readQemu(entry, { nics, ...node }, reader, at),
    nics,
    startNow,
    poweroffWaitS,
    killWaitS,
    orSimulated: kind === 'auto',
  }
}

type QemuLine = Omit<QemuConfig, 'nics' | 'startNow' | 'poweroffWaitS' | 'killWaitS' | 'orSimulated'>

function readQemu(
  entry: MachineEntry,
  own: OwnFacts & { readonly boots: boolean },
  reader: EntryReader,
  at: SourceRange,
): QemuLine {
  checkKernel(entry, reader)
  const path = (text: string | undefined) => pathOf(reader.filled(text), reader.cwd)
  const program = entry.program ?? DEFAULT_PROGRAM
  return {
    kind: 'qemu',
    at,
    program: program.includes('/') ? resolve(reader.cwd, program) : program,
    machine: entry.machine ?? 'pc',
    accelerator: entry.accel ?? 'auto',
    memoryMiB: (entry.memory === undefined ? undefined : memoryMiB(entry.memory)) ?? defaultMemory(entry),
    cpus: entry.cpus ?? 1,
    disks: (entry.disks ?? []).map((disk) => path(disk) ?? disk),
    cdrom: path(entry.cdrom),
    usbDrive: entry.usbDrive ?? false,
    ...readMachineFiles(entry, reader),
    append: reader.filled(entry.append),
    image: entry.image === TEST_GUEST ? { name: entry.image, at: reader.place('machine', 'image') } : undefined,
    ownDisk: readOwnDisk(entry, reader),
    cloudInit: readCloudInit(entry.cloudInit, own, reader),
    firmware: entry.firmware ?? 'bios',
    netboot: readNetboot(entry, own.nics, reader),
    bootOrder: readBootOrder(entry, own, reader),
    ipmi: entry.ipmi ?? 'kcs',
    extraArguments: (entry.arguments ?? []).map((argument) => reader.filled(argument) ?? argument),
  }
}

function checkKernel(entry: MachineEntry, reader: EntryReader): void {
  for (const key of ['kernel', 'initrd'] as const) {
    if (entry[key] !== undefined && entry.image === TEST_GUEST) {
      reader.wrong(['machine', key], `the image ${entry.image} brings its own ${key}; remove one of the two`)
    }
  }
  for (const key of ['initrd', 'append'] as const) {
    if (entry[key] !== undefined && entry.kernel === undefined && entry.image !== TEST_GUEST) {
      reader.wrong(['machine', key], `${key} goes with a kernel; write kernel: PATH, or remove it`)
    }
  }
}

function defaultMemory({ image, firmware }: MachineEntry): number {
  if (image !== undefined && image !== TEST_GUEST) return DEFAULT_IMAGE_MEMORY_MIB
  return image !== undefined || firmware === 'uefi' ? DEFAULT_LARGE_MEMORY_MIB : DEFAULT_MEMORY_MIB
}

/** A file, from the lab file's folder; what QEMU takes instead of a file (`nbd://...`, `json:...`) as it is. */
function pathOf(text: string | undefined, cwd: string): string | undefined {
  return text === undefined || /^(json:|[a-z+]+:\/\/)/.test(text) ? text : resolve(cwd, text)
}

/** Where the VM of a machine of kind command finds its BMC. */
export function readLink(entry: MachineEntry, reader: EntryReader): VmLinkConfig | undefined {
  const path = ['machine', 'link']
  const text = entry.link === undefined || entry.kind !== 'command' ? undefined : reader.inStep(entry.link, path)
  if (text === undefined) return undefined
  const end = readHostPort(text)
  if (typeof end === 'string') {
    reader.wrong(path, `link "${text}": ${end}; write HOST:PORT`)
    return undefined
  }
  return { channel: systemInterfaceChannel, ...end, at: reader.place(...path) }
}
