import { bits, bytes, layout, oneOf, pad, u8, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { PrivilegeLevel } from '../ipmi/privilege.ts'
import { AuthType } from '../ipmi/session15.ts'
import { CompletionError, command, type Login15, type Requester } from './command.ts'

/** The two steps of an IPMI 1.5 login. What they need of the packet around them comes through `by.login15`. */

const authTypes = { none: AuthType.none, md2: AuthType.md2, md5: AuthType.md5, straight: AuthType.straight } as const

/** Command-specific codes of both (IPMI 2.0 §22.16, §22.17). */
export const challengeCodes = { invalidUserName: 0x81, nullUserDisabled: 0x82 } as const
export const activateCodes = {
  noSessionSlot: 0x81,
  noSlotForUser: 0x82,
  noSlotForPrivilege: 0x83,
  sequenceOutOfRange: 0x84,
  invalidSessionId: 0x85,
  privilegeExceeded: 0x86,
} as const

export const getSessionChallenge = command({
  netFn: NetFn.App,
  cmd: 0x39,
  name: 'Get Session Challenge',
  spec: '22.16',
  privilege: 'Unprotected',
  door: 'lan',
  request: layout({ reserved: pad(4), authType: oneOf(bits(4), authTypes), userName: bytes(16) }),
  response: layout({ sessionId: u32le, challenge: bytes(16) }),
  codes: challengeCodes,
  handle: ({ by }, { authType, userName }) => login15(by).challenge(authType, userName),
})

export const activateSession = command({
  netFn: NetFn.App,
  cmd: 0x3a,
  name: 'Activate Session',
  spec: '22.17',
  privilege: 'Unprotected',
  door: 'lan',
  request: layout({
    reserved: pad(4),
    authType: oneOf(bits(4), authTypes),
    reserved2: pad(4),
    maximum: oneOf(bits(4), PrivilegeLevel),
    challenge: bytes(16),
    outboundSequence: u32le,
  }),
  response: layout({ authType: u8, sessionId: u32le, inboundSequence: u32le, maximum: oneOf(u8, PrivilegeLevel) }),
  codes: activateCodes,
  handle({ by }, request) {
    const { authType, ...session } = login15(by).activate(request)
    return { authType: authTypes[authType], ...session }
  },
})

export const session15Commands = [getSessionChallenge, activateSession]

/** Inside a session there is nothing to log in to. */
function login15(by: Requester): Login15 {
  if (by.door === 'lan' && by.session === undefined) return by.login15
  throw new CompletionError(0xd5, 'a session is active already')
}
