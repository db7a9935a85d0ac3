import type { Clock } from '../base/clock.ts'
import type { LazyMap } from '../base/lazy-map.ts'
import type { Logger } from '../base/logger.ts'
import { type Random, randomId } from '../base/random.ts'
import { type Channel, maximumPrivilege } from '../bmc/access/channels.ts'
import { type Peer, Session } from '../bmc/access/session.ts'
import type { User } from '../bmc/access/users.ts'
import type { Bmc } from '../bmc/bmc.ts'
import {
  Authentication,
  type AuthenticationName,
  type CipherSuite,
  Confidentiality,
  Integrity,
  preferredSuites,
} from '../ipmi/cipher-suites.ts'
import { AesCbc128 } from '../ipmi/confidentiality.ts'
import { authCodeFits, packetIntegrity } from '../ipmi/integrity.ts'
import { type Mac, macWith } from '../ipmi/mac.ts'
import { atLeast, lowest, type Privilege, PrivilegeLevel, privilegeOf } from '../ipmi/privilege.ts'
import {
  decodeOpenSessionRequest,
  decodeRakp1,
  decodeRakp3,
  encodeOpenSessionResponse,
  encodeRakp2,
  encodeRakp4,
  encodeRefusal,
  LONGEST_USER_NAME,
  type OpenSessionRequest,
  type Proposal,
  type Rakp1,
  RmcpPlusStatus,
} from '../ipmi/rakp.ts'
import {
  additionalKey,
  identityOf,
  type RakpFacts,
  rakp2Code,
  rakp3Code,
  rakp4CheckValue,
  sessionIntegrityKey,
} from '../ipmi/session-keys.ts'
import { PayloadType } from '../ipmi/session20.ts'
import { HalfOpenTable } from './half-open.ts'
import { type SendPacket, Session20 } from './session20.ts'

const NAME_ONLY = 0x10

interface HalfOpen {
  readonly suite: CipherSuite
  readonly consoleId: Uint8Array
  readonly managedId: number
  proof: Proof | undefined
}

/** What RAKP 1 settled: a user, and the facts that both sides hash. */
interface Proof {
  readonly user: User
  readonly maximum: Privilege
  readonly facts: RakpFacts
  /** Keyed by the user's password. */
  readonly kuid: Mac
}

interface LastKuid {
  readonly password: Uint8Array
  readonly authentication: AuthenticationName
  readonly kuid: Mac
}

/** An answer of the handshake, its payload type beside it. */
export interface SetupAnswer {
  readonly payloadType: number
  readonly payload: Uint8Array
}

/**
 * Open Session and RAKP 1 to 4 (IPMI 2.0 §13.17 to §13.24): from nobody to an active session. Keyed by our own session ID
 * only; every ipmitool in the world uses the same console ID, and several consoles share one UDP socket.
 */
export class Setup20 {
  readonly #bmc: Bmc
  readonly #channel: Channel
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Logger
  readonly #localPort: () => number
  readonly #send: SendPacket
  readonly #active: LazyMap<number, Session20>
  readonly #halfOpen: HalfOpenTable<HalfOpen>
  #lastKuid: LastKuid | undefined

  constructor(parts: {
    readonly bmc: Bmc
    readonly channel: Channel
    readonly clock: Clock
    readonly random: Random
    readonly log: Logger
    readonly localPort: () => number
    readonly send: SendPacket
    /** Where a finished login is put: the sessions of this listener by managed system session ID. */
    readonly active: LazyMap<number, Session20>
  }) {
    this.#bmc = parts.bmc
    this.#channel = parts.channel
    this.#clock = parts.clock
    this.#random = parts.random
    this.#log = parts.log
    this.#localPort = parts.localPort
    this.#send = parts.send
    this.#active = parts.active
    this.#halfOpen = new HalfOpenTable(parts.clock)
  }

  /** The one row of this handshake's table that fits, or undefined: no answer. */
  answer(payloadType: number, payload: Uint8Array, peer: Peer): SetupAnswer | undefined {
    switch (payloadType) {
      case PayloadType.openSessionRequest:
        return { payloadType: PayloadType.openSessionResponse, payload: this.#openSession(payload) }
      case PayloadType.rakp1:
        return optionalAnswer(PayloadType.rakp2, this.#rakp1(payload))
      case PayloadType.rakp3:
        return optionalAnswer(PayloadType.rakp4, this.#rakp3(payload, peer))
      default:
        return undefined
    }
  }

  #openSession(payload: Uint8Array): Uint8Array {
    const request = decodeOpenSessionRequest(payload)
    const refuse = (status: number) => encodeRefusal(request.tag, status, request.consoleId)
    if (request.privilege > PrivilegeLevel.OEM) return refuse(RmcpPlusStatus.invalidRole)
    const suite = this.#agree(request)
    if (typeof suite === 'number') return refuse(suite)
    const highest = lowest(this.#channel.access.privilegeLimit, this.#channel.suitePrivilege(suite.id) ?? 'Callback')
    const wanted = privilegeOf(request.privilege) ?? highest
    if (!atLeast(highest, wanted)) return refuse(RmcpPlusStatus.unauthorizedRole)
    if (this.#bmc.sessions.full) return refuse(RmcpPlusStatus.insufficientResources)
    const managedId = this.#freeId()
    this.#halfOpen.add(managedId, { suite, consoleId: request.consoleId, managedId, proof: undefined })
    return encodeOpenSessionResponse({
      tag: request.tag,
      // 0 asks for the highest; the reply names an actual level, which FreeIPMI and xCAT insist on (§13.18).
      privilege: PrivilegeLevel[wanted],
      consoleId: request.consoleId,
      managedId: idBytes(managedId),
      authentication: Authentication[suite.authentication],
      integrity: Integrity[suite.integrity],
      confidentiality: Confidentiality[suite.confidentiality],
    })
  }

  /**
   * The suite both sides can use, our preference where the console leaves a choice; else the status that says why not.
   * An algorithm that no suite of ours has is named; what is only not offered here (suite 0, say) is "no cipher suite
   * match", the one status on which consoles go on to their next suite (OpenStack Ironic does).
   */
  #agree({ authentication, integrity, confidentiality }: OpenSessionRequest): CipherSuite | number {
    for (const one of preferredSuites) {
      if (
        isProposed(authentication, one.authentication) &&
        isProposed(integrity, one.integrity) &&
        isProposed(confidentiality, one.confidentiality) &&
        this.#channel.supportsSuite(one.suite.id)
      ) {
        return one.suite
      }
    }
    if (!preferredSuites.some((one) => isProposed(authentication, one.authentication))) {
      return RmcpPlusStatus.invalidAuthentication
    }
    if (!preferredSuites.some((one) => isProposed(integrity, one.integrity))) return RmcpPlusStatus.invalidIntegrity
    if (!preferredSuites.some((one) => isProposed(confidentiality, one.confidentiality))) {
      return RmcpPlusStatus.invalidConfidentiality
    }
    return RmcpPlusStatus.noCipherSuiteMatch
  }

  #rakp1(payload: Uint8Array): Uint8Array | undefined {
    const message = decodeRakp1(payload)
    const open = this.#halfOpen.get(message.managedId)
    if (open === undefined) return undefined
    const refuse = (status: number) => {
      this.#halfOpen.delete(open.managedId)
      return encodeRefusal(message.tag, status, open.consoleId)
    }
    if (message.userName.length > LONGEST_USER_NAME) return refuse(RmcpPlusStatus.invalidNameLength)
    const proof = this.#prove(open, message)
    if (typeof proof === 'number') {
      this.#log.info({ user: latin1(message.userName), status: proof }, 'login refused at RAKP 1')
      if (proof === RmcpPlusStatus.unauthorizedName) this.#bmc.logins.unknownName(this.#channel.number)
      return refuse(proof)
    }
    open.proof = proof
    return encodeRakp2({
      tag: message.tag,
      consoleId: open.consoleId,
      managedRandom: proof.facts.managedRandom,
      guid: this.#bmc.guid,
      code: rakp2Code(proof.facts, proof.kuid),
    })
  }

  /** Who that is and how far they may go, or the status that says no. A repeated RAKP 1 gets the same random number. */
  #prove(open: HalfOpen, message: Rakp1): Proof | number {
    const level = message.role & 0x0f
    if (level > PrivilegeLevel.OEM) return RmcpPlusStatus.invalidRole
    const wanted = privilegeOf(level)
    const nameOnly = (message.role & NAME_ONLY) !== 0
    const name = latin1(message.userName)
    const user = this.#bmc.users.find(name, this.#channel.number, nameOnly ? undefined : wanted)
    if (user === undefined) return RmcpPlusStatus.unauthorizedName
    const limit = maximumPrivilege(user.access(this.#channel.number), this.#channel, open.suite.id)
    if (limit === undefined || (wanted !== undefined && !atLeast(limit, wanted))) return RmcpPlusStatus.unauthorizedRole
    const before = open.proof?.facts
    const repeated = before !== undefined && Buffer.compare(before.consoleRandom, message.consoleRandom) === 0
    return {
      user,
      maximum: wanted ?? limit,
      kuid: this.#keyedBy(user, open.suite.authentication),
      facts: {
        authentication: open.suite.authentication,
        consoleId: open.consoleId,
        managedId: idBytes(open.managedId),
        consoleRandom: message.consoleRandom,
        managedRandom: repeated ? before.managedRandom : this.#random.fill(new Uint8Array(16)),
        guid: this.#bmc.guid,
        identity: identityOf(message.role, message.userName),
      },
    }
  }

  /** Whoever logs in again and again has the same password; a new one is another array. */
  #keyedBy({ password }: User, authentication: AuthenticationName): Mac {
    const last = this.#lastKuid
    if (last?.password === password && last.authentication === authentication) return last.kuid
    const kuid = macWith(authentication, password)
    this.#lastKuid = { password, authentication, kuid }
    return kuid
  }

  #rakp3(payload: Uint8Array, peer: Peer): Uint8Array | undefined {
    const message = decodeRakp3(payload)
    const open = this.#halfOpen.get(message.managedId)
    if (open?.proof === undefined) return this.#active.get(message.managedId)?.handshakeAnswer(message.tag)
    this.#halfOpen.delete(open.managedId)
    const { user, facts, kuid } = open.proof
    if (message.status !== RmcpPlusStatus.ok) {
      // Of RAKP 2 a console can tell that its password is wrong, and say so. (ipmitool 1.8.19 goes away without a word.)
      if (message.status === RmcpPlusStatus.invalidCheckValue) this.#wrongPassword(user, peer)
      return undefined
    }
    const refuse = (status: number) => encodeRefusal(message.tag, status, open.consoleId)
    const wanted = rakp3Code(facts, kuid)
    if (message.code.length !== wanted.length || !authCodeFits(wanted, message.code, 0, wanted.length)) {
      this.#wrongPassword(user, peer)
      return refuse(RmcpPlusStatus.invalidCheckValue)
    }
    const limit = user.access(this.#channel.number).sessionLimit
    if (this.#bmc.sessions.full) return refuse(RmcpPlusStatus.insufficientResources)
    if (limit > 0 && this.#sessionsOf(user) >= limit) return refuse(RmcpPlusStatus.insufficientResourcesForRole)
    return this.#activate(open, open.proof, peer).handshakeAnswer(message.tag)
  }

  #activate(open: HalfOpen, { user, maximum, facts, kuid }: Proof, peer: Peer): Session20 {
    const { suite, consoleId, managedId } = open
    const { kg } = this.#channel
    const key = sessionIntegrityKey(facts, kg === undefined ? kuid : macWith(suite.authentication, kg))
    const sik = macWith(suite.authentication, key)
    const checkValue = rakp4CheckValue(facts, sik)
    const k1 = additionalKey(sik, 1)
    const k2 = additionalKey(sik, 2)
    const link = new Session20({
      bmc: this.#bmc,
      consoleId: new DataView(consoleId.buffer, consoleId.byteOffset).getUint32(0, true),
      integrity: packetIntegrity(suite.integrity, k1, user.password),
      cipher: suite.confidentiality === 'aes-cbc-128' ? new AesCbc128(k2, this.#random) : undefined,
      handshakeAnswer: (tag) => encodeRakp4({ tag, consoleId, checkValue }),
      send: this.#send,
    })
    link.session = new Session({
      id: managedId,
      version: '2.0',
      handle: this.#bmc.sessions.freeHandle(),
      channel: this.#channel.number,
      userId: user.id,
      userName: user.name,
      maximum,
      // §13.18: a session starts at User, or below where that is its limit.
      privilege: lowest('User', maximum),
      peer,
      lastSeen: this.#clock.monotonic(),
      authenticated: suite.integrity !== 'none',
      encrypted: suite.confidentiality !== 'none',
      localPort: this.#localPort(),
      sendSol: (payload) => link.sendPayload(PayloadType.sol, payload),
      sendMessage: (message) => link.sendPayload(PayloadType.ipmi, message),
    })
    this.#active.set(managedId, link)
    this.#bmc.sessions.add(link.session)
    this.#bmc.logins.succeeded(user.id, this.#channel.number)
    if (this.#log.isDebug()) {
      this.#log.debug({ user: user.name, peer: peer.address, suite: suite.id, privilege: maximum }, 'session open')
    }
    return link
  }

  #sessionsOf(user: User): number {
    return this.#bmc.sessions.all.filter((session) => session.userId === user.id).length
  }

  #wrongPassword(user: User, peer: Peer): void {
    this.#log.info({ user: user.name, peer: peer.address }, 'login refused: wrong password')
    this.#bmc.logins.wrongPassword(user.id, this.#channel.number)
  }

  /** Unguessable, and nobody else's on this BMC. */
  #freeId(): number {
    for (;;) {
      const id = randomId(this.#random)
      if (this.#halfOpen.get(id) === undefined && this.#bmc.sessions.byId(id) === undefined) return id
    }
  }
}

/** A console that proposes nothing takes what it gets. */
function isProposed(proposal: Proposal, algorithm: number): boolean {
  return proposal === undefined || proposal === algorithm
}

function optionalAnswer(payloadType: number, payload: Uint8Array | undefined): SetupAnswer | undefined {
  return payload === undefined ? undefined : { payloadType, payload }
}

/** A loop: to spread sixteen bytes into arguments costs more. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i])
  return text
}

function idBytes(id: number): Uint8Array {
  return Uint8Array.of(id, id >>> 8, id >>> 16, id >>> 24)
}
