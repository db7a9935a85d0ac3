import { DecodeError, sameBytes } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { Channel } from '../bmc/access/channels.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { bits, bytes, empty, layout, oneOf, optional, pad, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { type Command, CompletionError, type Context, command, commandNumber } from './command.ts'

/**
 * Firmware firewall and command discovery (IPMI 2.0 chapter 21): which commands there are on a channel, and which of them are
 * switched off. Sub-functions (Appendix H) are not told apart: a command has all of its own, and they go with it.
 */

/** 00b: commands 00h to 7Fh; 01b: 80h to FFh. */
const halves = { low: 0, high: 1 } as const
const HALF = 0x80
const MASK_SIZE = HALF / 8

const which = {
  reserved: pad(4),
  channel: bits(4),
  half: oneOf(bits(2), halves),
  netFn: bits(6),
  reserved2: pad(6),
  lun: bits(2),
}
/** With NetFn 2Ch, the defining body whose commands are meant. */
const body = optional(u8)

const mask = layout({ mask: bytes(MASK_SIZE) })

/** All commands are on LUN 0 (Table 21-2). */
const LUN0 = { unrestricted: 0x01, restricted: 0x02 } as const
const NETFN_PAIRS = 32
const LUNS = 4

/** One command, of whose sub-functions is spoken. */
const whichOne = {
  reserved: pad(4),
  channel: bits(4),
  reserved2: pad(2),
  netFn: bits(6),
  reserved3: pad(6),
  lun: bits(2),
  cmd: u8,
}
const SUB_MASK_SIZE = 4
const NO_BITS = new Uint8Array(SUB_MASK_SIZE)
const ALL_BITS = new Uint8Array(SUB_MASK_SIZE).fill(0xff)

/** What the numbers of sub-functions are those of (Table 21-4), BCD: IPMI 2.0 revision 1.1; DCMI 1.5 for its group. */
const ipmiNumbers = { errata: 0, version: 0x20, revision: 0x11 } as const
const dcmiNumbers = { errata: 0, version: 0x15, revision: 0x10 } as const

/** Locking these would lock the door from inside: the session, the firewall itself, and who is asked first of all. */
const ALWAYS_ON: readonly string[] = ['Get Device ID', 'Set Session Privilege Level', 'Close Session']
const firewallSections = '21.'

function isConfigurable({ name, spec, privilege }: Command): boolean {
  return privilege !== 'Unprotected' && !spec.startsWith(firewallSections) && !ALWAYS_ON.includes(name)
}

export const setEnablesCodes = { notConfigurable: 0x80 } as const

interface Wanted {
  readonly channel: number
  readonly half: keyof typeof halves
  readonly netFn: number
  readonly lun: number
  readonly body?: number | undefined
}

interface WantedOne extends Omit<Wanted, 'half'> {
  readonly cmd: number
}

/** The family, for the table that it tells about. */
export function firewallCommands(table: (bmc: Bmc) => readonly Command[]): readonly Command[] {
  const onChannel = ({ bmc }: Context, channel: Channel) =>
    table(bmc).filter(({ door }) => door !== (channel.medium === 'lan' ? 'system' : 'lan'))

  /** The commands that a request speaks of. */
  function rowsOf(context: Context, channel: Channel, { half, netFn, lun, body: group }: Wanted): readonly Command[] {
    if (lun !== 0) return []
    const first = halves[half] * HALF
    return onChannel(context, channel)
      .filter((row) => row.netFn === netFn && (group === undefined || row.group === undefined || row.group === group))
      .filter(({ cmd }) => cmd >= first && cmd < first + HALF)
  }

  function maskOf(context: Context, wanted: Wanted, has: (row: Command, channel: Channel) => boolean): Uint8Array {
    const channel = channelOf(context, wanted.channel)
    const rows = rowsOf(context, channel, wanted).filter((row) => has(row, channel))
    return bitMask(
      MASK_SIZE,
      rows.map(({ cmd }) => cmd % HALF),
    )
  }

  /** The one command that a request speaks of. */
  function rowOf(context: Context, { channel: number, netFn, lun, cmd, body: group }: WantedOne): Command | undefined {
    const wanted = { channel: number, half: cmd < HALF ? 'low' : 'high', netFn, lun, body: group } as const
    return rowsOf(context, channelOf(context, number), wanted).find((row) => row.cmd === cmd)
  }

  const getNetFnSupport = command({
    netFn: NetFn.App,
    cmd: 0x09,
    name: 'Get NetFn Support',
    spec: '21.2',
    privilege: 'User',
    request: layout({ reserved: pad(4), channel: bits(4) }),
    response: layout({ luns: u8, pairs: bytes((NETFN_PAIRS * LUNS) / 8) }),
    handle(context, { channel: number }) {
      const channel = channelOf(context, number)
      const rows = onChannel(context, channel)
      const restricted = rows.some((row) => !isEnabled(context, row, channel))
      const pairs = rows.map(({ netFn }) => netFn >> 1)
      return {
        luns: restricted ? LUN0.restricted : LUN0.unrestricted,
        pairs: bitMask((NETFN_PAIRS * LUNS) / 8, pairs),
      }
    },
  })

  const getCommandSupport = command({
    netFn: NetFn.App,
    cmd: 0x0a,
    name: 'Get Command Support',
    spec: '21.3',
    privilege: 'User',
    request: layout({ ...which, body }),
    response: mask,
    /** Here a 1 means that there is no such command. */
    handle: (context, wanted) => ({ mask: maskOf(context, wanted, () => true).map((byte) => ~byte) }),
  })

  const getCommandSubfunctionSupport = command({
    netFn: NetFn.App,
    cmd: 0x0b,
    name: 'Get Command Sub-function Support',
    spec: '21.4',
    privilege: 'User',
    request: layout({ ...whichOne, body }),
    response: layout({ type: bits(4), errata: bits(4), version: u8, revision: u8, mask: bytes(SUB_MASK_SIZE) }),
    /** Here too a 1 means that there is none. */
    handle(context, wanted) {
      const row = rowOf(context, wanted)
      const numbers = wanted.netFn === NetFn.Group ? dcmiNumbers : ipmiNumbers
      return { type: 0, ...numbers, mask: row === undefined ? ALL_BITS : NO_BITS }
    },
  })

  const getConfigurableCommands = command({
    netFn: NetFn.App,
    cmd: 0x0c,
    name: 'Get Configurable Commands',
    spec: '21.5',
    privilege: 'User',
    request: layout({ ...which, body }),
    response: mask,
    handle: (context, wanted) => ({ mask: maskOf(context, wanted, isConfigurable) }),
  })

  const getConfigurableSubfunctions = command({
    netFn: NetFn.App,
    cmd: 0x0d,
    name: 'Get Configurable Command Sub-functions',
    spec: '21.6',
    privilege: 'User',
    request: layout({ ...whichOne, body }),
    response: layout({ mask: bytes(SUB_MASK_SIZE) }),
    handle(context, { channel }) {
      channelOf(context, channel)
      return { mask: NO_BITS }
    },
  })

  const setCommandEnables = command({
    netFn: NetFn.App,
    cmd: 0x60,
    name: 'Set Command Enables',
    spec: '21.7',
    privilege: 'Administrator',
    codes: setEnablesCodes,
    request: layout({ ...which, mask: bytes(MASK_SIZE), body }),
    response: empty,
    handle(context, wanted) {
      const channel = channelOf(context, wanted.channel)
      const configurable = rowsOf(context, channel, wanted).filter(isConfigurable)
      const fixed = maskOf(context, wanted, (row) => !isConfigurable(row))
      const free = bitMask(
        MASK_SIZE,
        configurable.map(({ cmd }) => cmd % HALF),
      )
      if (wanted.mask.some((byte, i) => (byte & ~free[i]) !== fixed[i])) {
        throw new CompletionError(setEnablesCodes.notConfigurable, 'a command that is not configurable would change')
      }
      const on = configurable.filter(({ cmd }) => hasBit(wanted.mask, cmd % HALF)).map(commandNumber)
      context.bmc.commandEnables.set(channel.number, configurable.map(commandNumber), new Set(on))
    },
  })

  const getCommandEnables = command({
    netFn: NetFn.App,
    cmd: 0x61,
    name: 'Get Command Enables',
    spec: '21.8',
    privilege: 'User',
    request: layout({ ...which, body }),
    response: mask,
    handle: (context, wanted) => ({
      mask: maskOf(context, wanted, (row, channel) => isEnabled(context, row, channel)),
    }),
  })

  function subEnables(context: Context, wanted: WantedOne): Uint8Array {
    const row = rowOf(context, wanted)
    return row !== undefined && isEnabled(context, row, channelOf(context, wanted.channel)) ? ALL_BITS : NO_BITS
  }

  const setCommandSubfunctionEnables = command({
    netFn: NetFn.App,
    cmd: 0x62,
    name: 'Set Command Sub-function Enables',
    spec: '21.9',
    privilege: 'Administrator',
    codes: setEnablesCodes,
    request: layout({ ...whichOne, data: rest }),
    response: empty,
    /** What stays as it is can be set. The mask may have a second half, and stands behind the body with NetFn 2Ch. */
    handle(context, { data, ...wanted }) {
      const { netFn } = wanted
      const given = netFn === NetFn.Group ? data.subarray(1) : data
      if (given.length !== SUB_MASK_SIZE && given.length !== SUB_MASK_SIZE * 2) {
        throw new DecodeError('length', 'a mask of 4 or 8 bytes')
      }
      const present = subEnables(context, { ...wanted, body: netFn === NetFn.Group ? data[0] : undefined })
      if (sameBytes(given.subarray(0, SUB_MASK_SIZE), present)) return
      throw new CompletionError(setEnablesCodes.notConfigurable, 'a command is switched off as a whole')
    },
  })

  const getCommandSubfunctionEnables = command({
    netFn: NetFn.App,
    cmd: 0x63,
    name: 'Get Command Sub-function Enables',
    spec: '21.10',
    privilege: 'User',
    request: layout({ ...whichOne, body }),
    response: layout({ mask: bytes(SUB_MASK_SIZE) }),
    handle: (context, wanted) => ({ mask: subEnables(context, wanted) }),
  })

  return [
    getNetFnSupport,
    getCommandSupport,
    getCommandSubfunctionSupport,
    getConfigurableCommands,
    getConfigurableSubfunctions,
    setCommandEnables,
    getCommandEnables,
    setCommandSubfunctionEnables,
    getCommandSubfunctionEnables,
  ]
}

function isEnabled({ bmc }: Context, row: Command, channel: Channel): boolean {
  return bmc.commandEnables.allows(channel.number, commandNumber(row))
}

function channelOf({ bmc, by }: Context, number: number): Channel {
  const channel = bmc.channels.resolve(number, by)
  if (channel === undefined) throw new BmcError('invalid-field', `there is no channel ${number}`)
  return channel
}

function bitMask(size: number, numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size)
  for (const number of numbers) bytes[number >> 3] |= 1 << (number & 7)
  return bytes
}

function hasBit(mask: Uint8Array, number: number): boolean {
  return (mask[number >> 3] & (1 << (number & 7))) !== 0
}
