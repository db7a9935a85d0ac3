import { DecodeError, noBytes } from '../base/bytes.ts'
import type { Session } from '../bmc/access/session.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { Reply } from '../commands/execute.ts'
import { AesCbc128, type PayloadPlace } from '../ipmi/confidentiality.ts'
import { authCodeFits, type PacketIntegrity } from '../ipmi/integrity.ts'
import { type RequestMessage, responseSize, writeResponse } from '../ipmi/message.ts'
import {
  HEADER20_SIZE,
  type Packet20,
  PayloadType,
  trailerEnd,
  writeHeader20,
  writeTrailer20,
} from '../ipmi/session20.ts'
import type { DropReason } from './counters.ts'
import { type ReplyPath, RequestQueue } from './requests.ts'
import { nextSequence, SequenceWindow } from './sequence-window.ts'

/** IPMI 2.0 §6.12.13: sixteen numbers back, fifteen ahead. */
const AHEAD = 15
const BEHIND = 16

/** Sends one packet to where the session's console is now. */
export type SendPacket = (packet: Uint8Array, session: Session) => void

/** The RMCP+ side of an active session: opens what comes, seals what goes (§13.6, §13.28, §13.29). Synchronous throughout. */
export class Session20 implements ReplyPath {
  /** Set once, right after construction: the session's `sendSol` needs this object first. */
  session!: Session
  readonly requests: RequestQueue
  /** RAKP 4 as it was sent, for a console that did not get it and repeats RAKP 3. */
  readonly handshakeAnswer: (tag: number) => Uint8Array
  /** The payload of the packet that was opened last, until the next one is. */
  readonly opened: PayloadPlace = { bytes: noBytes, from: 0, to: 0 }
  readonly #consoleId: number
  readonly #integrity: PacketIntegrity | undefined
  readonly #cipher: AesCbc128 | undefined
  readonly #inbound = new SequenceWindow(0, AHEAD, BEHIND)
  #outbound = 0
  readonly #send: SendPacket

  constructor(parts: {
    readonly bmc: Bmc
    readonly consoleId: number
    readonly integrity: PacketIntegrity | undefined
    readonly cipher: AesCbc128 | undefined
    readonly handshakeAnswer: (tag: number) => Uint8Array
    readonly send: SendPacket
  }) {
    this.#consoleId = parts.consoleId
    this.#integrity = parts.integrity
    this.#cipher = parts.cipher
    this.handshakeAnswer = parts.handshakeAnswer
    this.#send = parts.send
    this.requests = new RequestQueue(parts.bmc, this)
  }

  /** Undefined where `opened` has the clear payload now, or why the packet is dropped. Nothing is believed before the AuthCode is. */
  open(packet: Uint8Array, header: Packet20): DropReason | undefined {
    if (!this.#inbound.plausible(header.sequence)) return 'sequence'
    const integrity = this.#integrity
    if (integrity !== undefined) {
      if (!header.authenticated) return 'not protected'
      const end = trailerEnd(packet, header.payloadLength, integrity.size)
      if (!authCodeFits(integrity.authCode(packet, 4, end), packet, end, integrity.size)) return 'integrity'
    } else if (header.authenticated) {
      return 'integrity'
    }
    if (this.#cipher === undefined) {
      if (header.encrypted) return 'decryption'
      this.#inbound.accept(header.sequence)
      this.opened.bytes = packet
      this.opened.from = HEADER20_SIZE
      this.opened.to = HEADER20_SIZE + header.payloadLength
      return undefined
    }
    if (!header.encrypted) return 'not protected'
    this.#inbound.accept(header.sequence)
    try {
      this.#cipher.open(packet, HEADER20_SIZE, HEADER20_SIZE + header.payloadLength, this.opened)
      return undefined
    } catch (error) {
      if (error instanceof DecodeError) return 'decryption'
      throw error
    }
  }

  reply(request: RequestMessage, answer: Reply): void {
    const length = responseSize(answer.data.length)
    const packet = this.#begin(length)
    writeResponse(packet, this.#payloadAt, request, answer.completionCode, answer.data)
    this.#finish(packet, PayloadType.ipmi, length)
  }

  sendPayload(payloadType: number, payload: Uint8Array): void {
    const packet = this.#begin(payload.length)
    packet.set(payload, this.#payloadAt)
    this.#finish(packet, payloadType, payload.length)
  }

  get #payloadAt(): number {
    return HEADER20_SIZE + (this.#cipher === undefined ? 0 : 16)
  }

  /** A packet with room for the payload at `#payloadAt`, its padding and its trailer. */
  #begin(length: number): Uint8Array {
    const sealed = this.#cipher === undefined ? length : AesCbc128.sealedSize(length)
    const integrity = this.#integrity
    const trailer = integrity === undefined ? 0 : (-(HEADER20_SIZE + sealed - 4 + 2) & 3) + 2 + integrity.size
    return Buffer.allocUnsafe(HEADER20_SIZE + sealed + trailer)
  }

  #finish(packet: Uint8Array, payloadType: number, length: number): void {
    const cipher = this.#cipher
    const integrity = this.#integrity
    const sealed = cipher === undefined ? length : cipher.seal(packet, HEADER20_SIZE, length)
    this.#outbound = nextSequence(this.#outbound)
    writeHeader20(
      packet,
      payloadType,
      cipher !== undefined,
      integrity !== undefined,
      this.#consoleId,
      this.#outbound,
      sealed,
    )
    if (integrity !== undefined) {
      const end = writeTrailer20(packet, sealed)
      const code = integrity.authCode(packet, 4, end)
      for (let i = 0; i < integrity.size; i++) packet[end + i] = code[i]
    }
    this.#send(packet, this.session)
  }
}

/** A response outside any session, in the RMCP+ null-session format: as asked, so answered (§13.6). */
export function nullSessionPacket20(payloadType: number, payload: Uint8Array): Uint8Array {
  const packet = Buffer.allocUnsafe(HEADER20_SIZE + payload.length)
  writeHeader20(packet, payloadType, false, false, 0, 0, payload.length)
  packet.set(payload, HEADER20_SIZE)
  return packet
}

export function responsePayload(request: RequestMessage, answer: Reply): Uint8Array {
  const payload = new Uint8Array(responseSize(answer.data.length))
  writeResponse(payload, 0, request, answer.completionCode, answer.data)
  return payload
}
