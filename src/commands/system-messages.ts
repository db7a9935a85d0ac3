import { BmcError, messageOf } from '../base/errors.ts'
import type { Session } from '../bmc/access/session.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { encodeRequest, type RequestMessage } from '../ipmi/message.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { atLeast, PrivilegeLevel } from '../ipmi/privilege.ts'
import { CompletionError } from './command.ts'
import { completionCodeOf } from './completion.ts'

/**
 * Messages between remote consoles and the software on the system, which the BMC carries and does not look into (IPMI 2.0
 * §6.13). A console's wait for Get Message; the system's go out on the session that Send Message names by its handle.
 */

/** §7.2: what comes to this LUN of the BMC is for the software on the system. */
const SYSTEM_LUN = 2

export const sendMessageCodes = { invalidSessionHandle: 0x80, nakOnWrite: 0x83 } as const

/** Addresses, NetFn and LUNs, sequence, command and two checksums (§13.8). */
const SMALLEST_MESSAGE = 7

/** Get Message has a channel and a handle in front of it, and a BT interface carries 251 bytes of an answer (§11.5, §22.6). */
const LONGEST_FOR_SYSTEM = 249

/** IPMI 1.5 packets count their payload in one byte (Table 13-8). */
const LONGEST_OF_15 = 255

export function isForSystem(bmc: Bmc, { netFn, responderLun }: RequestMessage): boolean {
  if (responderLun !== SYSTEM_LUN) return false
  // The emulator's files may have sensors on any LUN: where there are some on this one, they are answered for.
  return netFn !== NetFn.SensorEvent || !bmc.sensors.seeds.some(({ lun }) => lun === SYSTEM_LUN)
}

/**
 * A message that a console sent to the system's LUN. Undefined: it waits, and whether it is answered is the system's affair.
 * Else it was not taken, and the completion code says why.
 */
export function deliverToSystem(bmc: Bmc, session: Session, message: RequestMessage): number | undefined {
  try {
    if (!atLeast(session.privilege, 'User')) throw new BmcError('forbidden', 'only users send messages to the system')
    putForSystem(bmc, session, encodeRequest(message))
    return undefined
  } catch (error) {
    const completionCode = completionCodeOf(error)
    if (completionCode === undefined) throw error
    bmc.log.debug({ why: messageOf(error), user: session.userName }, 'message to the system refused')
    return completionCode
  }
}

/** As it comes out of Get Message for a LAN channel: the session's handle, then the message (§22.6). */
export function putForSystem(bmc: Bmc, session: Session, message: Uint8Array): void {
  const { channel, handle, privilege } = session
  mustFit(message, LONGEST_FOR_SYSTEM)
  bmc.messages.put({ channel, level: PrivilegeLevel[privilege], data: Uint8Array.of(handle, ...message) })
}

/** What Send Message wants of a message to a LAN (§22.7, Table 22-10). */
export interface ForConsole {
  readonly tracking: number
  readonly authenticated: boolean
  readonly encrypted: boolean
  /** The session's handle, then the message. */
  readonly message: Uint8Array
}

/**
 * A message of the system's for a console: an answer to one of its messages, or one of its own accord. It is protected as
 * everything is on that session; asking for more than the session has is an error.
 */
export function sendToConsole(bmc: Bmc, channel: number, wish: ForConsole): void {
  const [handle = 0, ...message] = wish.message
  const session = bmc.sessions.byHandle(handle)
  if (session === undefined || session.channel !== channel) {
    throw new CompletionError(sendMessageCodes.invalidSessionHandle, `no session of channel ${channel} has this handle`)
  }
  if (wish.tracking !== 0) throw new BmcError('invalid-field', 'what goes to a console is not tracked')
  if (message.length < SMALLEST_MESSAGE) throw new BmcError('invalid-field', 'too short for an IPMI message')
  if (session.version === '1.5') mustFit(message, LONGEST_OF_15)
  if ((wish.authenticated && !session.authenticated) || (wish.encrypted && !session.encrypted)) {
    throw new BmcError('not-supported', 'this session has no such protection')
  }
  session.sendMessage(Uint8Array.from(message))
}

function mustFit(message: ArrayLike<number>, longest: number): void {
  if (message.length <= longest) return
  throw new CompletionError(CompletionCode.requestLengthLimitExceeded, `at most ${longest} bytes of a message go there`)
}
