import { DecodeError, sameBytes } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import type { LazyMap } from '../base/lazy-map.ts'
import { type Random, randomId } from '../base/random.ts'
import { type Channel, maximumPrivilege } from '../bmc/access/channels.ts'
import { type Peer, Session } from '../bmc/access/session.ts'
import type { User } from '../bmc/access/users.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { CompletionError, type Login15 } from '../commands/command.ts'
import { activateCodes, challengeCodes } from '../commands/session15.ts'
import { authCode15 } from '../ipmi/auth-code15.ts'
import { authCodeFits } from '../ipmi/integrity.ts'
import { fromFixedText } from '../ipmi/layout.ts'
import { atLeast, lowest } from '../ipmi/privilege.ts'
import { AuthType, type AuthTypeName, type Packet15 } from '../ipmi/session15.ts'
import { HalfOpenTable } from './half-open.ts'
import { Session15 } from './session15.ts'
import type { SendPacket } from './session20.ts'

interface Challenge {
  readonly authType: AuthTypeName
  readonly user: User
  readonly bytes: Uint8Array
  /** Answered with a wrong password; asked again with the same one, it is the same mistake. */
  failed: boolean
}

/** Get Session Challenge and Activate Session (IPMI 2.0 §22.16, §22.17): the IPMI 1.5 login. */
export class Setup15 {
  readonly #parts: Setup15Parts
  readonly #challenges: HalfOpenTable<Challenge>

  constructor(parts: Setup15Parts) {
    this.#parts = parts
    this.#challenges = new HalfOpenTable(parts.clock)
  }

  /** What the two commands may do for the packet they came in. */
  login(packet: Packet15 | undefined, peer: Peer): Login15 {
    return {
      challenge: (authType, userName) => this.#challenge(authType, userName),
      activate: (request) => {
        if (packet === undefined) throw new CompletionError(activateCodes.invalidSessionId, 'not in an RMCP+ packet')
        return this.#activate(packet, peer, request)
      },
    }
  }

  #challenge(authType: AuthTypeName, userName: Uint8Array): { sessionId: number; challenge: Uint8Array } {
    const { bmc, channel, random } = this.#parts
    const name = fromFixedText(userName)
    const user = bmc.users.find(name, channel.number)
    if (user === undefined) {
      bmc.logins.unknownName(channel.number)
      const code = name === '' ? challengeCodes.nullUserDisabled : challengeCodes.invalidUserName
      throw new CompletionError(code, `no user "${name}" that may log in`)
    }
    const levels = Object.values(channel.authTypes)
    if (!levels.some((allowed) => allowed.includes(authType))) {
      throw new DecodeError('field', `authentication type ${authType} is not allowed at any level`)
    }
    const sessionId = randomId(random)
    const challenge = random.fill(new Uint8Array(16))
    this.#challenges.add(sessionId, { authType, user, bytes: challenge, failed: false })
    return { sessionId, challenge }
  }

  #activate(
    packet: Packet15,
    peer: Peer,
    request: Parameters<Login15['activate']>[0],
  ): ReturnType<Login15['activate']> {
    const { bmc, channel, random, clock } = this.#parts
    const asked = this.#challenges.get(packet.sessionId)
    if (asked === undefined) throw new CompletionError(activateCodes.invalidSessionId, 'no such temporary session')
    const { user, authType } = asked
    if (packet.authType !== AuthType[authType] || request.authType !== authType) {
      throw new DecodeError('field', 'not the authentication type that was asked for')
    }
    if (request.maximum === 'OEM' || !channel.authTypes[request.maximum].includes(authType)) {
      throw new CompletionError(activateCodes.privilegeExceeded, `${authType} is not allowed at ${request.maximum}`)
    }
    const limit = maximumPrivilege(user.access(channel.number), channel, undefined)
    if (limit === undefined || !atLeast(limit, request.maximum)) {
      throw new CompletionError(activateCodes.privilegeExceeded, `user ${user.id} may not be ${request.maximum}`)
    }
    if (bmc.sessions.full) throw new CompletionError(activateCodes.noSessionSlot, 'no session left')
    if (!sameBytes(asked.bytes, request.challenge)) throw new DecodeError('field', 'not the challenge that was given')
    this.#challenges.delete(packet.sessionId)
    const inboundSequence = randomId(random)
    const everyMessage = channel.access.perMessageAuth
    const session = new Session({
      id: packet.sessionId,
      version: '1.5',
      handle: bmc.sessions.freeHandle(),
      channel: channel.number,
      userId: user.id,
      userName: user.name,
      maximum: request.maximum,
      privilege: lowest('User', request.maximum),
      peer,
      lastSeen: clock.monotonic(),
      authenticated: authType !== 'none',
      encrypted: false,
      localPort: this.#parts.localPort(),
      // SOL is an RMCP+ payload: a 1.5 session never activates one (§15.1).
      sendSol: () => {},
      sendMessage: (message): void => link.sendMessage(message),
    })
    const link: Session15 = new Session15({
      bmc,
      session,
      authType,
      password: user.password.subarray(0, 16),
      everyMessage,
      userLevel: channel.access.userLevelAuth,
      inboundSequence,
      outboundSequence: request.outboundSequence,
      send: this.#parts.send,
    })
    this.#parts.active.set(session.id, link)
    bmc.sessions.add(session)
    bmc.logins.succeeded(user.id, channel.number)
    const following = everyMessage ? authType : 'none'
    return { authType: following, sessionId: session.id, inboundSequence, maximum: request.maximum }
  }

  /** Whether an Activate Session packet is signed with the password of the user that was challenged. */
  provenActivation(packet: Packet15): boolean {
    const asked = this.#challenges.get(packet.sessionId)
    if (asked === undefined || packet.authType !== AuthType[asked.authType]) return false
    const password = asked.user.password.subarray(0, 16)
    const wanted = authCode15(asked.authType, password, packet.sessionId, packet.sequence, packet.payload)
    if (asked.authType === 'none' || authCodeFits(wanted, packet.authCode, 0, 16)) return true
    if (!asked.failed) this.#parts.bmc.logins.wrongPassword(asked.user.id, this.#parts.channel.number)
    asked.failed = true
    return false
  }
}

export interface Setup15Parts {
  readonly bmc: Bmc
  readonly channel: Channel
  readonly clock: Clock
  readonly random: Random
  readonly localPort: () => number
  readonly send: SendPacket
  readonly active: LazyMap<number, Session15>
}
