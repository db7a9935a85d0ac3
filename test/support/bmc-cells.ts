import { expect } from 'vitest'
import type { RemoteConsole } from './remote-console.ts'

/** A number below `below`, from a seed: what goes wrong can be done again. */
export type Chance = (below: number) => number

/** One command on its way, and what the cell holds once it was answered with 00h. */
export interface Write {
  readonly request: readonly [netFn: number, cmd: number, data: readonly number[]]
  readonly value: string
}

/** Something that a BMC keeps: how it is changed, and how it is read back, as text to compare. */
export interface Cell {
  readonly name: string
  /** `now`: what it holds. A reservation that the command needs is taken here. */
  write(console: RemoteConsole, chance: Chance, now: string): Promise<Write>
  /** `possible`: for what can only be tried, as a password. */
  read(console: RemoteConsole, possible: readonly string[]): Promise<string>
}

const hexOf = (bytes: readonly number[] | Uint8Array) => Buffer.from(bytes).toString('hex')

/** The data of an answer that must have come with 00h. */
async function ok(console: RemoteConsole, netFn: number, cmd: number, data: readonly number[] = []): Promise<Buffer> {
  const answer = await console.command(netFn, cmd, data)
  expect(answer?.[0], `${netFn.toString(16)}/${cmd.toString(16)} ${hexOf(data)}`).toBe(0)
  return answer?.subarray(1) ?? Buffer.alloc(0)
}

type Request = readonly [netFn: number, cmd: number, data: readonly number[]]

/** A value of bytes behind a fixed head, read by one command. */
function plain(
  name: string,
  random: (chance: Chance) => readonly number[],
  set: (value: readonly number[]) => Request,
  get: Request,
  valueIn: (answer: Buffer) => Uint8Array,
): Cell {
  return {
    name,
    write: (_console, chance) => {
      const value = random(chance)
      return Promise.resolve({ request: set(value), value: hexOf(value) })
    },
    read: async (console) => hexOf(valueIn(await ok(console, ...get))),
  }
}

const letters = (count: number) => (chance: Chance) => Array.from({ length: count }, () => 0x61 + chance(26))
const byte = (chance: Chance) => [chance(256)]

const userName = plain(
  'user name',
  letters(16),
  (value) => [0x06, 0x45, [5, ...value]],
  [0x06, 0x46, [5]],
  (answer) => answer,
)

const userEnabled = plain(
  'user enabled',
  (chance) => [1 + chance(2)],
  ([state]) => [0x06, 0x47, [6, state === 1 ? 1 : 0]],
  [0x06, 0x44, [1, 6]],
  (answer) => Uint8Array.of(answer[1] >> 6),
)

/** Flags and level of user 8 on channel 1 (byte 4 of Get User Access). */
const userAccess = plain(
  'user access',
  (chance) => [(chance(8) << 4) | (1 + chance(4))],
  ([value]) => [0x06, 0x43, [0x81 | (value & 0x70), 8, value & 0x0f]],
  [0x06, 0x44, [1, 8]],
  (answer) => Uint8Array.of(answer[3]),
)

/** A password can be tested, never read (§22.30). */
const password: Cell = {
  name: 'password',
  write: (_console, chance) => {
    const value = letters(20)(chance)
    return Promise.resolve({ request: [0x06, 0x47, [0x87, 2, ...value]], value: hexOf(value) })
  },
  async read(console, possible) {
    for (const value of possible) {
      const answer = await console.command(0x06, 0x47, [0x87, 3, ...Buffer.from(value, 'hex')])
      if (answer?.[0] === 0) return value
    }
    return 'none of those that were set'
  },
}

/** Alerting, per-message and user-level authentication, not volatile. */
const channelAccess = plain(
  'channel access',
  (chance) => [(chance(8) << 3) | 2],
  ([value]) => [0x06, 0x40, [1, 0x40 | value, 0x00]],
  [0x06, 0x41, [1, 0x40]],
  (answer) => answer.subarray(0, 1),
)

const channelKey = plain(
  'K_g',
  letters(20),
  (value) => [0x06, 0x56, [1, 1, 1, ...value]],
  [0x06, 0x56, [1, 0, 1]],
  (answer) => answer,
)

const solThreshold = plain(
  'SOL character accumulation',
  (chance) => [1 + chance(255), 1 + chance(255)],
  (value) => [0x0c, 0x21, [1, 3, ...value]],
  [0x0c, 0x22, [1, 3, 0, 0]],
  (answer) => answer.subarray(1),
)

const community = plain(
  'LAN community',
  letters(18),
  (value) => [0x0c, 0x01, [1, 16, ...value]],
  [0x0c, 0x02, [1, 16, 0, 0]],
  (answer) => answer.subarray(1),
)

const destination = plain(
  'LAN destination address',
  (chance) => [1, 0, 0, 192, 0, 2, chance(256), 2, 0, 0, 0, 0, chance(256)],
  (value) => [0x0c, 0x01, [1, 19, ...value]],
  [0x0c, 0x02, [1, 19, 1, 0]],
  (answer) => answer.subarray(1),
)

const badPasswords = plain(
  'bad password threshold',
  (chance) => [1, 100 + chance(100), ...byte(chance), 0, ...byte(chance), 0],
  (value) => [0x0c, 0x01, [1, 26, ...value]],
  [0x0c, 0x02, [1, 26, 0, 0]],
  (answer) => answer.subarray(1),
)

/** Valid and for good, so that neither time nor a start changes them. */
const bootFlags = plain(
  'boot flags',
  (chance) => [0xc0 | (chance(2) << 5), chance(16) << 2, 0, 0, 0],
  (value) => [0x00, 0x08, [5, ...value]],
  [0x00, 0x09, [5, 0, 0]],
  (answer) => answer.subarray(2),
)

const restorePolicy = plain(
  'restore policy',
  (chance) => [chance(3)],
  (value) => [0x00, 0x06, value],
  [0x00, 0x01, []],
  (answer) => Uint8Array.of((answer[0] >> 5) & 0x03),
)

const osName = plain(
  'primary operating system name',
  (chance) => [0, 14, ...letters(14)(chance)],
  (value) => [0x06, 0x58, [3, 0, ...value]],
  [0x06, 0x59, [0, 3, 0, 0]],
  (answer) => answer.subarray(2),
)

const assetTag = plain(
  'asset tag',
  letters(16),
  (value) => [0x2c, 0x08, [0xdc, 0, 16, ...value]],
  [0x2c, 0x06, [0xdc, 0, 16]],
  (answer) => answer.subarray(2),
)

const thresholds = plain(
  'sensor threshold',
  byte,
  ([value]) => [0x04, 0x26, [1, 0x08, 0, 0, 0, value, 0, 0]],
  [0x04, 0x27, [1]],
  (answer) => answer.subarray(4, 5),
)

const timeOffset = plain(
  'UTC offset',
  (chance) => [chance(256), 0],
  (value) => [0x0a, 0x5d, value],
  [0x0a, 0x5c, []],
  (answer) => answer,
)

const auxiliaryLog = plain(
  'auxiliary log status',
  letters(8),
  (value) => [0x0a, 0x5b, [0, ...value]],
  [0x0a, 0x5a, [0]],
  (answer) => answer,
)

const fru = plain(
  'FRU data',
  letters(32),
  (value) => [0x0a, 0x12, [0, 0xd0, 0x03, ...value]],
  [0x0a, 0x11, [0, 0xd0, 0x03, 32]],
  (answer) => answer.subarray(1),
)

/** Records that are ours alone: OEM, without a time. What happens to the machine is logged between them. */
const OEM_RECORD = 0xe7

interface Listed {
  readonly id: number
  readonly content: string
}

async function selRecords(console: RemoteConsole): Promise<Listed[]> {
  const records: Listed[] = []
  for (let id = 0; id !== 0xffff; ) {
    const answer = await console.command(0x0a, 0x43, [0, 0, id & 0xff, id >> 8, 0, 0xff])
    if (answer?.[0] !== 0) break
    if (answer[5] === OEM_RECORD) records.push({ id: answer.readUInt16LE(3), content: hexOf(answer.subarray(6)) })
    id = answer.readUInt16LE(1)
  }
  return records
}

const contents = (records: readonly Listed[]) => records.map(({ content }) => content).join(' ')

const sel: Cell = {
  name: 'SEL',
  async write(console, chance) {
    const records = await selRecords(console)
    const what = records.length === 0 ? 0 : chance(8)
    if (what < 6) {
      const content = letters(13)(chance)
      return {
        request: [0x0a, 0x44, [0, 0, OEM_RECORD, ...content]],
        value: contents([...records, { id: 0, content: hexOf(content) }]),
      }
    }
    const reservation = await ok(console, 0x0a, 0x42)
    if (what === 6) return { request: [0x0a, 0x47, [...reservation, 0x43, 0x4c, 0x52, 0xaa]], value: '' }
    const gone = chance(records.length)
    const { id } = records[gone]
    return { request: [0x0a, 0x46, [...reservation, id & 0xff, id >> 8]], value: contents(records.toSpliced(gone, 1)) }
  },
  read: async (console) => contents(await selRecords(console)),
}

/** OEM records (type C0h) of the repository, with what is behind their header. */
async function sdrRecords(console: RemoteConsole): Promise<Listed[]> {
  const records: Listed[] = []
  for (let id = 0; id !== 0xffff; ) {
    const answer = await ok(console, 0x0a, 0x23, [0, 0, id & 0xff, id >> 8, 0, 0xff])
    if (answer[5] === 0xc0) records.push({ id: answer.readUInt16LE(2), content: hexOf(answer.subarray(7)) })
    id = answer.readUInt16LE(0)
  }
  return records
}

const sdr: Cell = {
  name: 'SDR repository',
  async write(console, chance) {
    const records = await sdrRecords(console)
    if (records.length === 0 || chance(3) > 0) {
      const content = [0x57, 0x01, 0x00, ...letters(5)(chance)]
      return {
        request: [0x0a, 0x24, [0, 0, 0x51, 0xc0, content.length, ...content]],
        value: contents([...records, { id: 0, content: hexOf(content) }]),
      }
    }
    const reservation = await ok(console, 0x0a, 0x22)
    const gone = chance(records.length)
    const { id } = records[gone]
    return { request: [0x0a, 0x26, [...reservation, id & 0xff, id >> 8]], value: contents(records.toSpliced(gone, 1)) }
  },
  read: async (console) => contents(await sdrRecords(console)),
}

export const bmcCells: readonly Cell[] = [
  userName,
  userEnabled,
  userAccess,
  password,
  channelAccess,
  channelKey,
  solThreshold,
  community,
  destination,
  badPasswords,
  bootFlags,
  restorePolicy,
  osName,
  assetTag,
  thresholds,
  timeOffset,
  auxiliaryLog,
  fru,
  sel,
  sdr,
]
