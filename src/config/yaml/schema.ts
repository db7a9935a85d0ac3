import { z } from 'zod'
import type { AuthWord } from '../config.ts'
import { maxHistoryKiB, privilegeWords } from '../defaults.ts'
import { diskBytes } from '../disk-size.ts'
import { delayMs, linkWords, lossPercent, rateBps } from '../link-words.ts'
import { cloudInitSchema, knownCloudInitKeys } from './cloud-init-schema.ts'
import { forwardsSchema, udpSchema } from './network-schema.ts'
import { readySchema } from './ready-schema.ts'
import { nodeBootSchema } from './services-schema.ts'
import { shorthand } from './shorthand.ts'

// A parser compiled for a schema costs more than it spares: a file has few entries.
z.config({ jitless: true })

/**
 * The shape of a lab file: which keys there are and what kind of value each has. What a value means, and whether it fits
 * the others, is seen to in node.ts.
 */

const authWords = ['none', 'md2', 'md5', 'straight'] as const satisfies readonly AuthWord[]
const seconds = z.int().min(0).max(86_400)
const text = z.string().min(1)
const diskWords = "disk is the size of the node's own disk, like 512M or 10G; paths go under disks"

/** The image that the project builds itself; all others are those of `images`. */
export const TEST_GUEST = 'test-guest'

const sel = z.strictObject({
  capacity: z.int().min(1).max(65_534).optional(),
  whenFull: z.enum(['stop', 'overwrite']).optional(),
  ownEvents: z.boolean().optional(),
  sessionAudit: z.boolean().optional(),
})

const port = z
  .custom<number | 'auto'>(isPort, 'port must be a number from 0 to 65535, or auto')
  .meta({ anyOf: [{ type: 'integer', minimum: 0, maximum: 65_535 }, { const: 'auto' }] })

const redfish = z.union([
  z.boolean(),
  z.strictObject({
    port: port.optional(),
    http: z.int().min(1).max(65_535).optional(),
    ssdp: z.boolean().optional(),
    hostInterface: z.boolean().optional(),
    images: text.optional(),
  }),
])

const bmc = z.strictObject({
  address: text.optional(),
  port: port.optional(),
  redfish: redfish.optional(),
  guid: text.optional(),
  mac: text.optional(),
  kg: text.optional(),
  privilegeLimit: z.enum(privilegeWords).optional(),
  authTypes: z.array(z.enum(authWords)).optional(),
  cipherSuite0: z.boolean().optional(),
  pefAlerting: z.boolean().optional(),
  trapPort: z.int().min(1).max(65_535).optional(),
  lanConfigProgram: text.optional(),
  sel: sel.optional(),
  network: z.enum(['host', 'alias', 'namespace']).optional(),
  interface: text.optional(),
  prefixLength: z.int().min(1).max(32).optional(),
})

const user = z.strictObject({
  name: z.string(),
  password: z.string().optional(),
  passwordFile: text.optional(),
  privilege: z.enum(privilegeWords).optional(),
  id: z.int().min(1).max(63).optional(),
  enabled: z.boolean().optional(),
  maxSessions: z.int().min(0).max(15).optional(),
})

const measure = (read: (value: string | number) => unknown, message: string) =>
  z
    .custom<string | number>(
      (value) => (typeof value === 'string' || typeof value === 'number') && read(value) !== undefined,
      message,
    )
    .meta({ type: ['string', 'number'] })

const link = z.strictObject({
  up: z.boolean().optional(),
  delay: measure(delayMs, linkWords.delay).optional(),
  jitter: measure(delayMs, linkWords.jitter).optional(),
  loss: measure(lossPercent, linkWords.loss).optional(),
  rate: measure(rateBps, linkWords.rate).optional(),
})

const nic = z.strictObject({
  model: text.optional(),
  mac: text.optional(),
  netdev: text.optional(),
  network: text.optional(),
  udp: udpSchema.optional(),
  forwards: forwardsSchema.optional(),
  link: link.optional(),
  bridge: text.optional(),
})

const machine = z.strictObject({
  kind: z.enum(['auto', 'qemu', 'simulated', 'command']).optional(),
  start: z.enum(['now', 'off']).optional(),
  program: text.optional(),
  machine: z.enum(['pc', 'q35']).optional(),
  accel: z.enum(['auto', 'kvm', 'tcg']).optional(),
  memory: z
    .custom<number | string>(isMemory, 'memory must be an amount like 64M or 2G')
    .meta({ type: ['string', 'integer'] })
    .optional(),
  cpus: z.int().min(1).max(255).optional(),
  disks: z.array(text).optional(),
  cdrom: text.optional(),
  usbDrive: z.boolean().optional(),
  nics: z.array(shorthand('netdev', nic)).max(8).optional(),
  kernel: text.optional(),
  initrd: text.optional(),
  append: z.string().optional(),
  image: text.optional(),
  disk: z.custom<string>((value) => typeof value === 'string' && diskBytes(value) !== undefined, diskWords).optional(),
  ignition: text.optional(),
  cloudInit: cloudInitSchema.optional(),
  firmware: z.enum(['bios', 'uefi']).optional(),
  netboot: z.enum(['ipxe', 'pxe', 'http']).optional(),
  bootOrder: z
    .array(z.enum(['network', 'disk', 'cdrom']))
    .min(1)
    .max(3)
    .optional(),
  ipmi: z.enum(['kcs', 'bt', 'pci-kcs', 'pci-bt', 'smbus', 'none']).optional(),
  arguments: z.array(z.string()).optional(),
  startCommand: text.optional(),
  chassisControl: text.optional(),
  link: text.optional(),
  poweroffWait: seconds.optional(),
  killWait: seconds.optional(),
})

const console = z.strictObject({
  device: text,
  baud: z.literal([9600, 19200, 38400, 57600, 115200]).optional(),
  historyKiB: z.int().min(0).max(maxHistoryKiB).optional(),
  rtsCts: z.boolean().optional(),
})

/** A node's entry, and what `defaults` may hold. */
export const nodeSchema = z
  .strictObject({
    personality: text.optional(),
    bmc: bmc.optional(),
    users: z.array(user).max(63).optional(),
    machine: shorthand('kind', machine).optional(),
    console: shorthand('device', console).optional(),
    address: text.optional(),
    xname: text.optional(),
    ready: readySchema.optional(),
    boot: nodeBootSchema.optional(),
  })
  .meta({ id: 'node' })

export type NodeEntry = z.infer<typeof nodeSchema>
export type BmcEntry = z.infer<typeof bmc>
export type UserEntry = z.infer<typeof user>
export type NicEntry = z.infer<typeof nic>
export type LinkEntry = z.infer<typeof link>
export type MachineEntry = z.infer<typeof machine>
export type ConsoleEntry = z.infer<typeof console>

export const rootKeys = ['defaults', 'images', 'networks', 'seeds', 'redfish', 'pools', 'nodes', 'keyFile']

/** The keys that are known at a place, counted from a node's entry. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  switch (path[0]) {
    case undefined:
      return Object.keys(nodeSchema.shape)
    case 'bmc':
      return Object.keys(path[1] === 'sel' ? sel.shape : bmc.shape)
    case 'users':
      return Object.keys(user.shape)
    case 'console':
      return Object.keys(console.shape)
    case 'ready':
      return Object.keys(readySchema.shape)
    case 'boot':
      return Object.keys(nodeBootSchema.shape)
    default:
      if (path[1] === 'cloudInit') return knownCloudInitKeys
      return Object.keys(path[1] === 'nics' ? nicShape(path[3]) : machine.shape)
  }
}

function nicShape(key: PropertyKey | undefined) {
  if (key === 'link') return link.shape
  return key === 'udp' ? udpSchema.shape : nic.shape
}

function isPort(value: unknown): boolean {
  return value === 'auto' || (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535)
}

function isMemory(value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'number') && memoryMiB(value) !== undefined
}

/** MiB in `64M`, `2G` or a plain number of MiB. */
export function memoryMiB(value: string | number): number | undefined {
  const match = /^([1-9]\d{0,6}) ?(?:(M|G)(?:i?B)?)?$/i.exec(String(value))
  if (match === null) return undefined
  const amount = Number(match[1]) * (match[2]?.toUpperCase() === 'G' ? 1024 : 1)
  return amount <= 4 * 1024 * 1024 ? amount : undefined
}
