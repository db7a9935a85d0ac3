import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LanChannelConfig, MachineConfig, NodeConfig, RedfishConfig, SolConfig, UserConfig } from '../config.ts'
import {
  defaultAuthTypes,
  defaultHistoryKiB,
  defaultIdentity,
  defaultIpmbAddress,
  defaultSel,
  defaultTrapPort,
} from '../defaults.ts'
import type { Personality } from '../personality/personality.ts'
import { isHost, readSerialDevice } from '../serial-device.ts'
import { isUuid, uuidToWire } from '../uuid.ts'
import { readNodeBoot } from './boot.ts'
import type { EntryReader } from './entry-reader.ts'
import { checkMac } from './mac.ts'
import { mergedMachine, readLink, readMachine } from './machine.ts'
import { DHCP_WORD, readNetwork } from './network.ts'
import { readPassword } from './password.ts'
import { readAddress, readReady } from './ready.ts'
import type { BmcEntry, ConsoleEntry, NodeEntry, UserEntry } from './schema.ts'

/** The LAN channel where nothing says otherwise; most BMCs have theirs here. */
const LAN_CHANNEL = 1
const MAX_USERS = 63
/** Where a DHCP server has it. */
const NO_ADDRESS = '0.0.0.0'

/** A node's own entry over the defaults: key by key for the BMC and the machine, users and console as a whole. */
export function merged(own: NodeEntry, general: NodeEntry): NodeEntry {
  return {
    personality: own.personality ?? general.personality,
    bmc: { ...general.bmc, ...own.bmc },
    users: own.users ?? general.users,
    machine: mergedMachine(own.machine, general.machine),
    console: own.console ?? general.console,
    address: own.address ?? general.address,
    xname: own.xname ?? general.xname,
    ready: own.ready ?? general.ready,
    boot: own.boot ?? general.boot,
  }
}

export function readNode(entry: NodeEntry, reader: EntryReader): NodeConfig {
  const machine = entry.machine ?? {}
  const address = readAddress(entry.address, reader)
  const personality = reader.personality(entry.personality, ['personality'])
  const configured = readMachine(machine, reader, { address, boots: entry.boot !== undefined })
  const nics = configured.kind === 'command' ? [] : configured.nics
  return {
    name: reader.member.name,
    at: reader.at,
    cwd: reader.cwd,
    personality,
    identity: { ...(personality?.device ?? defaultIdentity), guid: readGuid(entry.bmc, reader) },
    channels: [readChannel(entry.bmc ?? {}, personality, reader)],
    users: readUsers(entry.users ?? [], personality?.users ?? MAX_USERS, reader),
    machine: configured,
    vmLink: readLink(machine, reader),
    sol: entry.console === undefined ? undefined : readConsole(entry.console, reader),
    sel: { ...defaultSel, ...entry.bmc?.sel },
    redfish: readRedfish(entry.bmc?.redfish, configured.kind, reader),
    ipmbAddress: defaultIpmbAddress,
    address,
    xname: readXname(entry.xname, reader),
    xnameAt: entry.xname === undefined ? undefined : reader.place('xname'),
    ready: entry.ready && readReady(entry.ready, address, reader),
    boot: readNodeBoot(entry.boot, { nics, address }, reader),
    emulator: [],
  }
}

/** On, unless the file says no. */
function readRedfish(
  entry: BmcEntry['redfish'],
  kind: MachineConfig['kind'],
  reader: EntryReader,
): RedfishConfig | undefined {
  if (entry === false) return undefined
  const { port = 'auto', http, images, ssdp, hostInterface } = entry === true || entry === undefined ? {} : entry
  const folder = images === undefined ? undefined : resolve(reader.cwd, images)
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    reader.wrong(['bmc', 'redfish', 'images'], `${folder} is no folder; make it, or leave images out`)
  }
  if (hostInterface === true && kind !== 'qemu') {
    const why = `a ${kind} machine has no network card of ours; write machine: qemu, or leave hostInterface out`
    reader.wrong(['bmc', 'redfish', 'hostInterface'], why)
  }
  const at = reader.place('bmc', 'redfish')
  return {
    port,
    httpPort: http,
    ...(ssdp && { ssdp }),
    ...(hostInterface && { hostInterface }),
    ...(folder !== undefined && { images: folder }),
    at,
  }
}

/** Where a node is in a cabinet, as OpenCHAMI and its kin call nodes: cabinet, chassis, slot, BMC, node. */
function readXname(written: string | undefined, reader: EntryReader): string | undefined {
  const text = written === undefined ? undefined : reader.inStep(written, ['xname'])
  if (text === undefined || /^x\d{1,4}c\d{1,2}s\d{1,2}b\d{1,2}n\d{1,2}$/.test(text)) return text
  reader.wrong(['xname'], `"${text}" is no xname of a node; write one like x1000c0s0b0n0`)
  return undefined
}

function readChannel(bmc: BmcEntry, personality: Personality | undefined, reader: EntryReader): LanChannelConfig {
  const path = ['bmc', 'address']
  const host = bmc.address === undefined ? '127.0.0.1' : reader.inStep(bmc.address, path)?.replace(/^\[(.*)\]$/, '$1')
  if (host !== undefined && !isHost(host)) {
    reader.wrong(path, `"${host}" is no host name or address; write one like 127.10.0.1 or ::1`)
  }
  const authTypes = [...new Set(bmc.authTypes ?? personality?.lan.authTypes ?? defaultAuthTypes)]
  return {
    number: personality?.lan.channel ?? LAN_CHANNEL,
    at: reader.place('bmc'),
    addresses: [
      { host: host === DHCP_WORD ? NO_ADDRESS : (host ?? ''), port: bmc.port ?? 'auto', at: reader.place(...path) },
    ],
    mac: readMac(bmc, reader),
    privilegeLimit: bmc.privilegeLimit ?? 'admin',
    authTypes: { callback: authTypes, user: authTypes, operator: authTypes, admin: authTypes },
    perMessageAuthentication: true,
    pefAlerting: bmc.pefAlerting ?? true,
    trapPort: bmc.trapPort ?? defaultTrapPort,
    kg: readKg(bmc.kg, reader),
    allowCipherSuite0: bmc.cipherSuite0 ?? false,
    cipherSuites: personality?.lan.cipherSuites,
    lanConfigProgram: reader.filled(bmc.lanConfigProgram),
    ...readNetwork(bmc, host, reader),
  }
}

/** Without one, the node gets a GUID that is made from its name. */
function readGuid(bmc: BmcEntry | undefined, reader: EntryReader): Uint8Array | undefined {
  const path = ['bmc', 'guid']
  const text = bmc?.guid === undefined ? undefined : reader.inStep(bmc.guid, path)
  if (text === undefined) return undefined
  if (isUuid(text)) return uuidToWire(text)
  reader.wrong(path, `"${text}" is no UUID; write one like 00112233-4455-6677-8899-aabbccddeeff, or leave guid out`)
  return undefined
}

/** Without one, the BMC gets a MAC that is made from the node's name. */
function readMac(bmc: BmcEntry, reader: EntryReader): Uint8Array | undefined {
  const path = ['bmc', 'mac']
  const text = bmc.mac === undefined ? undefined : reader.inStep(bmc.mac, path)
  if (text === undefined || !checkMac(text, path, reader)) return undefined
  return Uint8Array.from(text.split(':'), (digits) => Number.parseInt(digits, 16))
}

/** K_g, filled with zeros to 20 bytes (IPMI 2.0 §13.33): text, or hex digits behind 0x. */
function readKg(text: string | undefined, reader: EntryReader): Uint8Array | undefined {
  if (text === undefined) return undefined
  const isHex = /^0x([0-9a-f]{2})+$/i.test(text)
  const bytes = isHex ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'utf8')
  if (bytes.length > 20) {
    reader.wrong(['bmc', 'kg'], `kg has ${bytes.length} bytes; IPMI has room for 20 (40 hex digits behind 0x)`)
    return undefined
  }
  const key = new Uint8Array(20)
  key.set(bytes)
  return key
}

function readUsers(entries: readonly UserEntry[], slots: number, reader: EntryReader): UserConfig[] {
  if (entries.length === 0) {
    reader.wrong(['users'], 'nobody could log in; write users: [{ name: admin, password: ... }] here or under defaults')
  }
  const taken = new Set(entries.map((entry) => entry.id))
  const used = new Set<number>()
  const names = new Set<string>()
  let next = 2
  return entries.map((entry, index) => {
    const at = (key: string) => ['users', index, key]
    while (taken.has(next)) next++
    const id = entry.id ?? next++
    if (id > slots) {
      const who = slots < MAX_USERS ? 'such a BMC' : 'IPMI'
      reader.wrong(['users', index], `${who} has room for ${slots - 1} users with a name; remove some`)
    }
    if (used.has(id)) reader.wrong(at('id'), `user ${id} is there already; give this one another id`)
    used.add(id)
    if (id === 1 && entry.name !== '')
      reader.wrong(at('name'), 'user 1 has no name in IPMI; write name: "", or another id')
    if (id !== 1 && entry.name === '') reader.wrong(at('name'), 'the name is empty; only user 1 has none (write id: 1)')
    if (names.has(entry.name)) reader.wrong(at('name'), `user "${entry.name}" is there already; remove one of the two`)
    names.add(entry.name)
    return {
      id,
      enabled: entry.enabled ?? true,
      name: readBytes(entry.name, 'name', 16, at('name'), reader),
      password: readBytes(readPassword(entry, index, reader), 'password', 20, at('password'), reader),
      privilege: entry.privilege ?? 'admin',
      maxSessions: entry.maxSessions ?? 0,
      at: reader.place('users', index),
    }
  })
}

function readBytes(
  text: string,
  what: string,
  size: number,
  path: readonly PropertyKey[],
  reader: EntryReader,
): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'utf8'))
  if (bytes.length > size) reader.wrong(path, `${what} has ${bytes.length} bytes; IPMI has room for ${size}`)
  return bytes
}

function readConsole(entry: ConsoleEntry, reader: EntryReader): SolConfig | undefined {
  const path = ['console', 'device']
  const text = reader.inStep(entry.device, path)
  if (text === undefined) return undefined
  const read = readSerialDevice(text, reader.cwd, { pty: true, rtsCts: entry.rtsCts ?? true })
  if (read.device === undefined) {
    reader.wrong(path, read.wrong)
    return undefined
  }
  return {
    at: reader.place('console'),
    baud: entry.baud ?? 115200,
    device: read.device,
    historyKiB: entry.historyKiB ?? defaultHistoryKiB,
  }
}
