import { isIPv4 } from 'node:net'
import { DecodeError, Reader, Writer } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import { authTypeMask, type Channel } from '../bmc/access/channels.ts'
import type { Session } from '../bmc/access/session.ts'
import {
  Authentication,
  type CipherSuite,
  Confidentiality,
  Integrity,
  preferredOrder,
  suiteById,
} from '../ipmi/cipher-suites.ts'
import { bits, empty, flag, layout, optional, pad, raw, rest, u8, u24le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { atLeast, PrivilegeLevel, privilegeOf } from '../ipmi/privilege.ts'
import { CompletionError, type Context, command } from './command.ts'

/** What clients ask before, about and at the end of a session (IPMI 2.0 §22.13 to §22.20). */

export const getChannelAuthenticationCapabilities = command({
  netFn: NetFn.App,
  cmd: 0x38,
  name: 'Get Channel Authentication Capabilities',
  spec: '22.13',
  privilege: 'Unprotected',
  request: layout({ extended: flag, reserved: pad(3), channel: bits(4), reserved2: pad(4), level: bits(4) }),
  response: layout({
    channel: u8,
    extended: flag,
    reserved: pad(1),
    authTypes: bits(6),
    reserved2: pad(2),
    twoKey: flag,
    perMessageAuthOff: flag,
    userLevelAuthOff: flag,
    namedUsers: flag,
    nullUsers: flag,
    anonymousUsers: flag,
    reserved3: pad(6),
    version20: flag,
    version15: flag,
    oemId: u24le,
    oemData: u8,
  }),
  handle(context, { extended, channel: number, level }) {
    const channel = lanChannel(context, number)
    const privilege = privilegeOf(level)
    if (privilege === undefined) throw new DecodeError('field', `privilege level ${level}`)
    const version15 = Object.values(channel.authTypes).some((types) => types.length > 0)
    return {
      channel: channel.number,
      extended,
      authTypes: authTypeMask(channel.authTypes[privilege === 'OEM' ? 'Administrator' : privilege]),
      twoKey: extended && channel.kg !== undefined,
      perMessageAuthOff: !channel.access.perMessageAuth,
      userLevelAuthOff: !channel.access.userLevelAuth,
      ...kindsOfUsers(context, channel),
      version20: extended,
      version15: extended && version15,
      oemId: 0,
      oemData: 0,
    }
  },
})

/** §22.13, byte 4: users with names, null users with a password, null users without. */
function kindsOfUsers({ bmc }: Context, channel: Channel) {
  const users = bmc.users.all.filter((user) => {
    const access = user.access(channel.number)
    return user.enabled && access.ipmiMessaging && access.privilege !== 'No Access'
  })
  const nameless = users.filter((user) => user.name === '')
  const hasPassword = (password: Uint8Array) => password.some((byte) => byte !== 0)
  return {
    namedUsers: users.length > nameless.length,
    nullUsers: nameless.some((user) => hasPassword(user.password)),
    anonymousUsers: nameless.some((user) => !hasPassword(user.password)),
  }
}

/** A cipher suite record starts with C0h; algorithms are tagged by their top two bits (§22.15.1, Table 22-18). */
const STANDARD_SUITE = 0xc0
const INTEGRITY_TAG = 0x40
const CONFIDENTIALITY_TAG = 0x80
const RECORD_BYTES_A_REPLY = 16

/** Payload types for which suites may be asked: IPMI messages and SOL (§13.27.3, Table 13-16). */
const LAST_STANDARD_PAYLOAD = 1

export const getChannelCipherSuites = command({
  netFn: NetFn.App,
  cmd: 0x54,
  name: 'Get Channel Cipher Suites',
  spec: '22.15',
  privilege: 'Unprotected',
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    reserved2: pad(2),
    payloadType: bits(6),
    bySuite: flag,
    reserved3: pad(1),
    index: bits(6),
  }),
  response: layout({ channel: u8, records: rest }),
  handle(context, { channel: number, payloadType, bySuite, index }) {
    const channel = lanChannel(context, number)
    if (payloadType > LAST_STANDARD_PAYLOAD) throw new BmcError('invalid-field', `payload type ${payloadType}`)
    const records = bySuite ? suiteRecords(channel) : algorithmRecords(channel)
    const from = index * RECORD_BYTES_A_REPLY
    return { channel: channel.number, records: records.subarray(from, from + RECORD_BYTES_A_REPLY) }
  },
})

/** Best first: a client that takes the first it can speak takes the best. */
function suitesOnOffer(channel: Channel): readonly CipherSuite[] {
  return preferredOrder.filter((id) => channel.supportsSuite(id)).flatMap((id) => suiteById(id) ?? [])
}

function suiteRecords(channel: Channel): Uint8Array {
  return Uint8Array.from(
    suitesOnOffer(channel).flatMap((suite) => [
      STANDARD_SUITE,
      suite.id,
      Authentication[suite.authentication],
      INTEGRITY_TAG | Integrity[suite.integrity],
      CONFIDENTIALITY_TAG | Confidentiality[suite.confidentiality],
    ]),
  )
}

function algorithmRecords(channel: Channel): Uint8Array {
  const suites = suitesOnOffer(channel)
  return Uint8Array.from([
    ...new Set(suites.map((suite) => Authentication[suite.authentication])),
    ...new Set(suites.map((suite) => INTEGRITY_TAG | Integrity[suite.integrity])),
    ...new Set(suites.map((suite) => CONFIDENTIALITY_TAG | Confidentiality[suite.confidentiality])),
  ])
}

const privilegeCodes = { notAvailable: 0x80, exceedsLimit: 0x81 } as const
const KEEP_LEVEL = 0

export const setSessionPrivilegeLevel = command({
  netFn: NetFn.App,
  cmd: 0x3b,
  name: 'Set Session Privilege Level',
  spec: '22.18',
  privilege: 'User',
  door: 'lan',
  codes: privilegeCodes,
  request: layout({ reserved: pad(4), level: bits(4) }),
  response: layout({ reserved: pad(4), level: bits(4) }),
  handle(context, { level }) {
    const session = ownSession(context)
    if (level !== KEEP_LEVEL) {
      const wanted = privilegeOf(level)
      // Callback cannot be asked for (Table 22-23).
      if (wanted === undefined || wanted === 'Callback') throw new DecodeError('field', `privilege level ${level}`)
      if (!atLeast(session.maximum, wanted)) {
        throw new CompletionError(privilegeCodes.exceedsLimit, `${wanted} is above this session's ${session.maximum}`)
      }
      session.privilege = wanted
    }
    return { level: PrivilegeLevel[session.privilege] }
  },
})

const closeCodes = { invalidSessionId: 0x87, invalidSessionHandle: 0x88 } as const

export const closeSession = command({
  netFn: NetFn.App,
  cmd: 0x3c,
  name: 'Close Session',
  spec: '22.19',
  privilege: 'Callback',
  codes: closeCodes,
  request: layout({ id: u32le, handle: optional(u8) }),
  response: empty,
  handle({ bmc, by }, { id, handle }) {
    // The handle counts only where the session ID is 0, and must be there then.
    if (id === 0 && handle === undefined) throw new DecodeError('length', 'a session handle goes with session ID 0')
    if (id !== 0 && handle !== undefined) throw new DecodeError('length', 'a session handle goes only with ID 0')
    const session = handle === undefined ? bmc.sessions.byId(id) : bmc.sessions.byHandle(handle)
    if (session === undefined) {
      const code = handle === undefined ? closeCodes.invalidSessionId : closeCodes.invalidSessionHandle
      throw new CompletionError(code, 'no such session')
    }
    if (session !== by.session && !(by.privilege !== undefined && atLeast(by.privilege, 'Administrator'))) {
      throw new BmcError('forbidden', "closing another's session takes an Administrator")
    }
    bmc.sessions.end(session, 'closed')
  },
})

/** The first byte of Get Session Info (Table 22-25); anything between is a place in the list of active sessions. */
const Wanted = { thisSession: 0x00, byHandle: 0xfe, byId: 0xff } as const

export const getSessionInfo = command({
  netFn: NetFn.App,
  cmd: 0x3d,
  name: 'Get Session Info',
  spec: '22.20',
  privilege: 'User',
  request: raw,
  response: raw,
  handle({ bmc, by }, request) {
    const reader = new Reader(request)
    const session = wantedSession({ bmc, by }, reader)
    reader.end()
    const { slots, count } = bmc.sessions
    const reply = new Writer()
      .u8(session?.handle ?? 0)
      .u8(slots)
      .u8(count)
    if (session !== undefined) writeSession(reply, session)
    return reply.done()
  },
})

function wantedSession({ bmc, by }: Context, reader: Reader): Session | undefined {
  const wanted = reader.u8()
  switch (wanted) {
    case Wanted.thisSession:
      return by.session
    case Wanted.byHandle:
      return found(bmc.sessions.byHandle(reader.u8()))
    case Wanted.byId:
      return found(bmc.sessions.byId(reader.u32le()))
    default:
      return bmc.sessions.all[wanted - 1]
  }
}

function found(session: Session | undefined): Session {
  if (session === undefined) throw new BmcError('not-found', 'no such session')
  return session
}

/** The 802.3 part has room for an IPv4 address only; without one it is left out. The MAC is not ours to know. */
function writeSession(reply: Writer, session: Session): void {
  const protocol = session.version === '2.0' ? 0x10 : 0x00
  reply.u8(session.userId).u8(PrivilegeLevel[session.privilege])
  reply.u8(protocol | session.channel)
  const address = session.peer.address.replace(/^::ffff:/i, '')
  if (!isIPv4(address)) return
  reply
    .put(Uint8Array.from(address.split('.'), Number))
    .zeros(6)
    .u16le(session.peer.port)
}

/** A LAN channel, Eh being the present one. */
function lanChannel({ bmc, by }: Context, number: number): Channel {
  const channel = bmc.channels.resolve(number, by)
  if (channel?.medium !== 'lan') throw new BmcError('invalid-field', `channel ${number} is no LAN channel`)
  return channel
}

function ownSession({ by }: Context): Session {
  if (by.session === undefined) throw new BmcError('wrong-state', 'there is no session')
  return by.session
}

export const sessionCommands = [
  getChannelAuthenticationCapabilities,
  getChannelCipherSuites,
  setSessionPrivilegeLevel,
  closeSession,
  getSessionInfo,
]
