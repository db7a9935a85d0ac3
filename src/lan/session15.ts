import { LazySet } from '../base/lazy-map.ts'
import type { Session } from '../bmc/access/session.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { Reply } from '../commands/execute.ts'
import { findCommand } from '../commands/table.ts'
import { authCode15 } from '../ipmi/auth-code15.ts'
import { authCodeFits } from '../ipmi/integrity.ts'
import { decodeRequest, type RequestMessage, responseSize, writeResponse } from '../ipmi/message.ts'
import { atLeast } from '../ipmi/privilege.ts'
import { AuthType, type AuthTypeName, type Packet15, payloadOffset15, writeHeader15 } from '../ipmi/session15.ts'
import type { DropReason } from './counters.ts'
import { type ReplyPath, RequestQueue } from './requests.ts'
import { nextSequence, SequenceWindow } from './sequence-window.ts'
import type { SendPacket } from './session20.ts'

/** IPMI 2.0 §6.12.11: eight numbers ahead, eight behind. */
const WINDOW = 8

/** The IPMI 1.5 side of an active session: checks and writes AuthCodes (§22.17.1). */
export class Session15 implements ReplyPath {
  readonly session: Session
  readonly requests: RequestQueue
  readonly #authType: AuthTypeName
  readonly #password: Uint8Array
  readonly #everyMessage: boolean
  readonly #userLevel: boolean
  readonly #bmc: Bmc
  /** Requests of User level that came without an AuthCode: so do their answers. */
  readonly #bare = new LazySet<number>()
  readonly #inbound: SequenceWindow
  #outbound: number
  readonly #send: SendPacket

  constructor(parts: {
    readonly bmc: Bmc
    readonly session: Session
    readonly authType: AuthTypeName
    /** 16 bytes, NUL padded. */
    readonly password: Uint8Array
    /** False: only the login was authenticated, packets go without (channel access, per-message authentication). */
    readonly everyMessage: boolean
    /** False: what takes User level at most may come without (channel access, User level authentication). */
    readonly userLevel: boolean
    /** The first number we expect. */
    readonly inboundSequence: number
    /** The first number the console expects. */
    readonly outboundSequence: number
    readonly send: SendPacket
  }) {
    this.session = parts.session
    this.#authType = parts.authType
    this.#password = parts.password
    this.#everyMessage = parts.everyMessage
    this.#userLevel = parts.userLevel
    this.#bmc = parts.bmc
    this.#inbound = new SequenceWindow(parts.inboundSequence - 1, WINDOW, WINDOW)
    this.#outbound = parts.outboundSequence
    this.#send = parts.send
    this.requests = new RequestQueue(parts.bmc, this)
  }

  open(packet: Packet15): Uint8Array | DropReason {
    const named = packet.authType === AuthType[this.#authType]
    if (!named && packet.authType !== AuthType.none) return 'not protected'
    if (!named && !this.#mayGoBare(packet.payload)) return 'not protected'
    if (!this.#inbound.plausible(packet.sequence)) return 'sequence'
    if (packet.authType !== AuthType.none) {
      const { sessionId, sequence, payload } = packet
      const wanted = authCode15(this.#authType, this.#password, sessionId, sequence, payload)
      if (!authCodeFits(wanted, packet.authCode, 0, 16)) return 'integrity'
    }
    this.#inbound.accept(packet.sequence)
    if (!this.#userLevel) this.#noteBare(packet)
    return packet.payload
  }

  /** Activate Session's answer is protected as its request was, whatever holds for the packets behind it (§6.11.4). */
  replyActivation(request: RequestMessage, answer: Reply): void {
    this.#answer(this.#authType, request, answer)
  }

  reply(request: RequestMessage, answer: Reply): void {
    const bare = !this.#everyMessage || this.#bare.delete(keyOf(request))
    this.#answer(bare ? 'none' : this.#authType, request, answer)
  }

  sendMessage(message: Uint8Array): void {
    this.#write(this.#everyMessage ? this.#authType : 'none', message.length, (packet, at) => packet.set(message, at))
  }

  #answer(type: AuthTypeName, request: RequestMessage, { completionCode, data }: Reply): void {
    this.#write(type, responseSize(data.length), (packet, at) =>
      writeResponse(packet, at, request, completionCode, data),
    )
  }

  #write(type: AuthTypeName, length: number, fill: (packet: Uint8Array, at: number) => void): void {
    const at = payloadOffset15(AuthType[type])
    const packet = Buffer.alloc(at + length)
    fill(packet, at)
    const sequence = this.#outbound
    this.#outbound = nextSequence(sequence)
    const code = authCode15(type, this.#password, this.session.id, sequence, packet.subarray(at))
    writeHeader15(packet, AuthType[type], sequence, this.session.id, code, length)
    this.#send(packet, this.session)
  }

  #mayGoBare(payload: Uint8Array): boolean {
    if (!this.#everyMessage) return true
    if (this.#userLevel) return false
    const { netFn, cmd, data } = decodeRequest(payload)
    const row = findCommand(netFn, cmd, data[0], this.#bmc.commands)
    return row !== undefined && (row.privilege === 'Unprotected' || atLeast('User', row.privilege))
  }

  #noteBare(packet: Packet15): void {
    const key = keyOf(decodeRequest(packet.payload))
    if (packet.authType === AuthType.none) this.#bare.add(key)
    else this.#bare.delete(key)
  }
}

function keyOf({ sequence, cmd }: RequestMessage): number {
  return (cmd << 6) | sequence
}

/** A response outside any session, in the 1.5 format (§13.6): no authentication, numbers all 0. */
export function nullSessionPacket15(payload: Uint8Array): Uint8Array {
  const at = payloadOffset15(AuthType.none)
  const packet = new Uint8Array(at + payload.length)
  writeHeader15(packet, AuthType.none, 0, 0, new Uint8Array(0), payload.length)
  packet.set(payload, at)
  return packet
}
