import { DecodeError } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import { accessModes, type Channel, type ChannelAccess } from '../bmc/access/channels.ts'
import type { SystemInterface } from '../bmc/seeds.ts'
import { bits, bytes, empty, flag, layout, oneOf, pad, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { PrivilegeLevel, privilegeOf } from '../ipmi/privilege.ts'
import { IPMB_CHANNEL, isIpmb } from './bridge.ts'
import { CompletionError, type Context, command } from './command.ts'

/** Channel access, information and keys (IPMI 2.0 §22.22 to §22.25). */

/** Whose turn it is: the setting that is kept, the one that counts now, or neither. */
const settings = { neither: 0, 'non-volatile': 1, volatile: 2 } as const
type Setting = keyof typeof settings

const setAccessCodes = { sessionless: 0x82, modeNotSupported: 0x83 } as const

export const setChannelAccess = command({
  netFn: NetFn.App,
  cmd: 0x40,
  name: 'Set Channel Access',
  spec: '22.22',
  privilege: 'Administrator',
  codes: setAccessCodes,
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    accessSetting: oneOf(bits(2), settings),
    pefAlertingOff: flag,
    perMessageAuthOff: flag,
    userLevelAuthOff: flag,
    mode: bits(3),
    limitSetting: oneOf(bits(2), settings),
    reserved2: pad(2),
    limit: bits(4),
  }),
  response: empty,
  handle(context, request) {
    const channel = withSessions(context, request.channel)
    const mode = accessModes[request.mode]
    if (request.accessSetting !== 'neither') {
      if (mode === undefined) throw new DecodeError('field', `access mode ${request.mode}`)
      // "Only before the system boots" needs to know when that is over, which nobody tells us.
      if (mode === 'pre-boot') throw new CompletionError(setAccessCodes.modeNotSupported, 'pre-boot only access')
    }
    const limit = privilegeOf(request.limit)
    if (request.limitSetting !== 'neither' && limit === undefined) {
      throw new DecodeError('field', `privilege limit ${request.limit}`)
    }
    changeAccess(channel, request.accessSetting, {
      mode,
      pefAlerting: !request.pefAlertingOff,
      perMessageAuth: !request.perMessageAuthOff,
      userLevelAuth: !request.userLevelAuthOff,
    })
    if (limit !== undefined) changeAccess(channel, request.limitSetting, { privilegeLimit: limit })
  },
})

function changeAccess(channel: Channel, setting: Setting, change: Partial<ChannelAccess>): void {
  if (setting === 'non-volatile') channel.setNonVolatileAccess({ ...channel.nonVolatileAccess, ...change })
  if (setting === 'volatile') channel.setVolatileAccess({ ...channel.access, ...change })
}

const getAccessCodes = { sessionless: 0x82 } as const

export const getChannelAccess = command({
  netFn: NetFn.App,
  cmd: 0x41,
  name: 'Get Channel Access',
  spec: '22.23',
  privilege: 'User',
  codes: getAccessCodes,
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    setting: oneOf(bits(2), { 'non-volatile': 1, volatile: 2 }),
    reserved2: pad(6),
  }),
  response: layout({
    reserved: pad(2),
    pefAlertingOff: flag,
    perMessageAuthOff: flag,
    userLevelAuthOff: flag,
    mode: bits(3),
    reserved2: pad(4),
    limit: oneOf(bits(4), PrivilegeLevel),
  }),
  handle(context, request) {
    const channel = withSessions(context, request.channel)
    const access = request.setting === 'volatile' ? channel.access : channel.nonVolatileAccess
    return {
      pefAlertingOff: !access.pefAlerting,
      perMessageAuthOff: !access.perMessageAuth,
      userLevelAuthOff: !access.userLevelAuth,
      mode: accessModes.indexOf(access.mode),
      limit: access.privilegeLimit,
    }
  },
})

/** §6.4 Table 6-2, §6.5 Table 6-3: medium and protocol, and what the channel does about sessions. */
const kinds = {
  lan: { medium: 0x04, protocol: 0x01, multiSession: 0x02 },
  system: { medium: 0x0c, protocol: undefined, multiSession: 0x00 },
} as const

/** §6.4, Table 6-2: KCS, BT as of IPMI 1.5, IPMI on SMBus. */
const systemProtocols: Readonly<Record<SystemInterface, number>> = { kcs: 0x05, bt: 0x08, ssif: 0x04 }

/** Medium and protocol are both the IPMB's (Tables 6-2 and 6-3). */
const ipmb = { channel: IPMB_CHANNEL, medium: 0x01, protocol: 0x01 } as const

/** The IPMI forum's enterprise number 7154: the protocols are IPMI's own (§22.24). */
const IPMI_VENDOR = Uint8Array.of(0xf2, 0x1b, 0x00)
/** The system interface's interrupts, for messages and for the event buffer: unspecified. */
const NO_INTERRUPT = 0xff

export const getChannelInfo = command({
  netFn: NetFn.App,
  cmd: 0x42,
  name: 'Get Channel Info',
  spec: '22.24',
  privilege: 'User',
  request: layout({ reserved: pad(4), channel: bits(4) }),
  response: layout({
    channel: u8,
    medium: u8,
    protocol: u8,
    sessionSupport: bits(2),
    sessions: bits(6),
    vendor: bytes(3),
    auxiliary: bytes(2),
  }),
  handle(context, request) {
    if (isIpmb(context.bmc, request.channel)) {
      return { ...ipmb, sessionSupport: 0, sessions: 0, vendor: IPMI_VENDOR, auxiliary: new Uint8Array(2) }
    }
    const channel = existing(context, request.channel)
    const { medium, protocol = systemProtocols[context.bmc.systemInterface], multiSession } = kinds[channel.medium]
    return {
      channel: channel.number,
      medium,
      protocol,
      sessionSupport: multiSession,
      sessions: context.bmc.sessions.all.filter((session) => session.channel === channel.number).length,
      vendor: IPMI_VENDOR,
      auxiliary: new Uint8Array(2).fill(channel.medium === 'system' ? NO_INTERRUPT : 0),
    }
  },
})

const keyCodes = { locked: 0x80, tooShort: 0x81, tooLong: 0x82, keyNotUsed: 0x84 } as const
const KEY_SIZE = 20

export const setChannelSecurityKeys = command({
  netFn: NetFn.App,
  cmd: 0x56,
  name: 'Set Channel Security Keys',
  spec: '22.25',
  privilege: 'Administrator',
  codes: keyCodes,
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    reserved2: pad(6),
    operation: oneOf(bits(2), { read: 0, set: 1, lock: 2 }),
    key: oneOf(u8, { kr: 0, kg: 1 }),
    value: rest,
  }),
  response: layout({ value: rest }),
  handle(context, { channel: number, operation, key, value }) {
    const channel = withSessions(context, number)
    if (key === 'kr') throw new CompletionError(keyCodes.keyNotUsed, 'K_R is not used')
    if (operation !== 'set' && value.length > 0) throw new DecodeError('length', 'a key goes only with "set"')
    if (channel.kgLocked && operation !== 'lock') throw new CompletionError(keyCodes.locked, 'K_G is locked')
    switch (operation) {
      case 'read':
        return { value: channel.kg ?? new Uint8Array(KEY_SIZE) }
      case 'set':
        if (value.length < KEY_SIZE) throw new CompletionError(keyCodes.tooShort, 'K_G has 20 bytes')
        if (value.length > KEY_SIZE) throw new CompletionError(keyCodes.tooLong, 'K_G has 20 bytes')
        channel.setKg(value)
        return { value: new Uint8Array() }
      case 'lock':
        channel.lockKg()
        return { value: new Uint8Array() }
    }
  },
})

function existing({ bmc, by }: Context, number: number): Channel {
  const channel = bmc.channels.resolve(number, by)
  if (channel === undefined) throw new BmcError('invalid-field', `there is no channel ${number}`)
  return channel
}

function withSessions(context: Context, number: number): Channel {
  const channel = existing(context, number)
  if (channel.medium !== 'lan') throw new CompletionError(setAccessCodes.sessionless, 'a channel without sessions')
  return channel
}

export const channelCommands = [setChannelAccess, getChannelAccess, getChannelInfo, setChannelSecurityKeys]
