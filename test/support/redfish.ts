import { Personalities } from '../../src/app/personalities.ts'
import { layoutOf } from '../../src/app/redfish/redfish-node.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { MediaSource } from '../../src/bmc/media/media-source.ts'
import type { MachineInventory } from '../../src/machine/inventory.ts'
import type { BootDeviceFacts } from '../../src/machine/machine.ts'
import { cdDrive, usbDrive } from '../../src/machine/media.ts'
import type { SettingsFacts } from '../../src/machine/settings.ts'
import type { Post, SendEvent } from '../../src/redfish/events/delivery.ts'
import type { Layout } from '../../src/redfish/layout.ts'
import type { RedfishNode } from '../../src/redfish/node.ts'
import type { Body, RedfishRequest, RedfishResponse } from '../../src/redfish/request.ts'
import { isBody } from '../../src/redfish/request.ts'
import { RedfishService } from '../../src/redfish/service.ts'
import { routes } from '../../src/redfish/table.ts'
import { FakeMachine } from './fake-machine.ts'
import { testBmc } from './test-bmc.ts'

/** Answers of a service over a BMC of nothing but memory; asked by its administrator unless said. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
  readonly text: string
}

interface Asked {
  readonly query?: string
  readonly body?: unknown
  readonly raw?: RedfishRequest['body']
  readonly headers?: Readonly<Record<string, string>>
  /** `name:password`, or null for no credentials. */
  readonly as?: string | null
  /** By the host interface. */
  readonly isGuest?: boolean
}

const inventory: MachineInventory = {
  firmware: 'uefi',
  processors: { sockets: 2, cores: 4, threadsPerCore: 2, model: 'Test Processor', manufacturer: 'bmcsim' },
  memoryMiB: 1536,
  nics: [
    { mac: '52:54:00:00:00:0a', model: 'e1000', up: true },
    { mac: '52:54:00:00:00:0b', model: 'virtio-net-pci', up: false },
  ],
  drives: [
    { name: 'disk0', model: 'Test Drive', capacityBytes: 20 * 2 ** 30 },
    { name: 'disk1', model: 'Test Drive', capacityBytes: undefined },
  ],
}

/** As a personality has it that says nothing. */
const plainLayout: Layout = {
  vendor: undefined,
  product: undefined,
  parts: {
    ...{ processor: 'CPU{n}', memory: 'DIMM{n}', nic: 'NIC{n}', networkCard: 'NIC{n}', managerNic: '{n}' },
    ...{ drive: 'disk{i}', storage: '1', storageController: '0', cd: 'Cd', usb: 'Usb', sel: 'SEL' },
  },
  without: [],
  oem: {},
}

/** Everything is there, by its name, and nothing is kept of what is sent. */
const mediaSource: MediaSource = {
  async fetch(_slot, { image, content }) {
    if (content !== undefined) for await (const _ of content);
    return `/images/${image}`
  },
  forget: () => {},
}

const bootDevices: readonly BootDeviceFacts[] = [
  { id: 'nic0', kind: 'nic', uefiPath: 'PciRoot(0x0)/Pci(0x2,0x0)/MAC(52540000000A,0x1)' },
  { id: 'nic1', kind: 'nic' },
  { id: 'disk0', kind: 'disk', uefiPath: 'PciRoot(0x0)/Pci(0x4,0x0)' },
  { id: 'cd0', kind: 'cdrom', uefiPath: 'PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x1,0xFFFF,0x0)' },
]

const settings: SettingsFacts = {
  initial: { bootMode: 'uefi', serialRedirection: true, memoryMiB: 1536, processors: 2, secureBoot: false },
  memoryMiB: { least: 16, most: 4096 },
  mostProcessors: 64,
  noUefi: undefined,
  noSecureBoot: undefined,
}

/** `sendEvent`: rejects for a destination that does not take an event; what was sent is in `posts` either way. */
export function testRedfish(
  more: Parameters<typeof testBmc>[0] = {},
  nodeMore: Partial<RedfishNode> = {},
  sendEvent?: SendEvent,
) {
  const around = testBmc({ mediaSource, ...more })
  const { bmc, clock, machine } = around
  machine.inventory ??= () => inventory
  machine.settings ??= settings
  machine.bootDevices ??= bootDevices
  const node: RedfishNode = {
    name: 'cn01',
    bmc,
    uuid: '00112233-4455-6677-8899-aabbccddeeff',
    ids: { system: '1', manager: 'bmc', chassis: '1' },
    layout: plainLayout,
    identity: { manufacturer: 'bmcsim', model: 'Generic', serialNumber: 'SN1', partNumber: 'PN1' },
    doors: () => ({
      https: 443,
      http: undefined,
      ipmi: 623,
      ssdp: false,
      consoleCommand: 'bmcsim console cn01',
      hostName: 'cn01-bmc',
    }),
    ...nodeMore,
  }
  const { without } = node.layout
  const parts = { nodes: [node], bmc, clock, without, uuid: '92384634-2938-2342-8820-489239905423' }
  const posts: Post[] = []
  const service = new RedfishService(parts, routes, silentLogger, async (post) => {
    posts.push(post)
    await sendEvent?.(post)
  })
  const ask = async (
    method: string,
    path: string,
    { query = '', body, raw, headers = {}, as = 'admin:secret', isGuest = false }: Asked = {},
  ) => {
    const credentials = as === null ? {} : { authorization: `Basic ${Buffer.from(as).toString('base64')}` }
    const given: RedfishRequest['body'] = raw ?? (body === undefined ? { kind: 'none' } : { kind: 'json', value: body })
    const request = { method, path, query, headers: { ...credentials, ...headers }, body: given }
    return answerOf(await service.handle(request, '127.0.0.9', isGuest))
  }
  const get = (path: string, query = '') => ask('GET', path, { query })
  return { ...around, node, service, ask, get, posts }
}

/** The generic server, with all of its sensors, on for an hour. */
export function genericRedfish(personality = 'generic', nodeMore: Partial<RedfishNode> = {}) {
  const parts = testRedfish({ storage: new Personalities().storage(personality, 'cn01', 0x9f) }, nodeMore)
  parts.machine.becomes('on', 'request')
  parts.clock.advance(3_600_000)
  return parts
}

/** A server of that personality as it lays things out, with both drives of virtual media; on for an hour. */
export function personalityRedfish(
  name: string,
  nodeMore: Partial<RedfishNode> = {},
  more: Parameters<typeof testBmc>[0] = {},
) {
  const personalities = new Personalities()
  const personality = personalities.named(name)
  const parts = testRedfish(
    {
      ...more,
      storage: personalities.storage(personality, 'cn01', personality.device.deviceSupport),
      machine: new FakeMachine([cdDrive, usbDrive]),
    },
    { ids: personality.redfish.ids, layout: layoutOf('cn01', personality), ...nodeMore },
  )
  parts.machine.becomes('on', 'request')
  parts.clock.advance(3_600_000)
  return parts
}

function answerOf({ status, headers, body }: RedfishResponse): Answer {
  return { status, headers, body: isBody(body) ? body : {}, text: typeof body === 'string' ? body : '' }
}

/** Keys of the messages of an error, or of the extended information of a success. */
export function messageKeys({ body }: Answer): readonly string[] {
  const holder = isBody(body.error) ? body.error : body
  const list = holder['@Message.ExtendedInfo']
  return Array.isArray(list) ? list.map(({ MessageId }) => String(MessageId).split('.').at(-1) ?? '') : []
}

export function messageArgs({ body }: Answer): readonly unknown[] {
  const holder = isBody(body.error) ? body.error : body
  const list = holder['@Message.ExtendedInfo']
  return Array.isArray(list) ? list.map(({ MessageArgs }) => MessageArgs) : []
}

/** The value at a path of names. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  let value = body
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)]
    else value = isBody(value) ? value[part] : undefined
  }
  return value
}
