import { sameBytes } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { Channel } from '../bmc/channels.ts'
import type { CommandChoice } from '../bmc/command-choice.ts'
import { bits, bytes, empty, layout, oneOf, optional, pad, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { type Command, type Context, command } from './command.ts'

/**
 * Firmware firewall and command discovery (IPMI 2.0 chapter 21): which commands there are on a channel. None of them can be
 * switched off, and sub-functions are not told apart.
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

/** All commands are on LUN 0: "commands exist, and none is restricted" (Table 21-2). */
const LUN0_UNRESTRICTED = 0x01
const NETFN_PAIRS = 32
const LUNS = 4

interface Wanted {
  readonly channel: number
  readonly half: keyof typeof halves
  readonly netFn: number
  readonly lun: number
  readonly body?: number | undefined
}

/** The family, for the table that it tells about. */
export function firewallCommands(table: (choice: CommandChoice) => readonly Command[]): readonly Command[] {
  const onChannel = ({ bmc }: Context, channel: Channel) =>
    table(bmc.commands).filter(({ door }) => door !== (channel.medium === 'lan' ? 'system' : 'lan'))

  /** One bit for each command that is answered. */
  function answered(context: Context, { channel, half, netFn, lun, body: group }: Wanted): Uint8Array {
    const found = channelOf(context, channel)
    const first = halves[half] * HALF
    const numbers = onChannel(context, found)
      .filter((row) => row.netFn === netFn && (group === undefined || row.group === undefined || row.group === group))
      .map(({ cmd }) => cmd - first)
    return bitMask(MASK_SIZE, lun === 0 ? numbers.filter((number) => number >= 0 && number < HALF) : [])
  }

  const getNetFnSupport = command({
    netFn: NetFn.App,
    cmd: 0x09,
    name: 'Get NetFn Support',
    spec: '21.2',
    privilege: 'User',
    request: layout({ reserved: pad(4), channel: bits(4) }),
    response: layout({ luns: u8, pairs: bytes((NETFN_PAIRS * LUNS) / 8) }),
    handle(context, { channel }) {
      const pairs = onChannel(context, channelOf(context, channel)).map(({ netFn }) => netFn >> 1)
      return { luns: LUN0_UNRESTRICTED, pairs: bitMask((NETFN_PAIRS * LUNS) / 8, pairs) }
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
    handle: (context, wanted) => ({ mask: answered(context, wanted).map((byte) => ~byte) }),
  })

  const getConfigurableCommands = command({
    netFn: NetFn.App,
    cmd: 0x0c,
    name: 'Get Configurable Commands',
    spec: '21.5',
    privilege: 'User',
    request: layout({ ...which, body }),
    response: mask,
    handle(context, { channel }) {
      channelOf(context, channel)
      return { mask: new Uint8Array(MASK_SIZE) }
    },
  })

  const setCommandEnables = command({
    netFn: NetFn.App,
    cmd: 0x60,
    name: 'Set Command Enables',
    spec: '21.7',
    privilege: 'Administrator',
    request: layout({ ...which, mask: bytes(MASK_SIZE) }),
    response: empty,
    /** What stays as it is can be set. */
    handle(context, wanted) {
      if (sameBytes(wanted.mask, answered(context, wanted))) return
      throw new BmcError('not-supported', 'no command can be switched off')
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
    handle: (context, wanted) => ({ mask: answered(context, wanted) }),
  })

  return [getNetFnSupport, getCommandSupport, getConfigurableCommands, setCommandEnables, getCommandEnables]
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
