import { cutOut, DecodeError } from '../base/bytes.ts'
import { AuthType } from './session15.ts'

/** RMCP+ payload types (IPMI 2.0 §13.27.3, Table 13-16). */
export const PayloadType = {
  ipmi: 0x00,
  sol: 0x01,
  oemExplicit: 0x02,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const

/** Bytes before the payload of every standard payload type: RMCP 4, then §13.6 Table 13-8. */
export const HEADER20_SIZE = 16

const ENCRYPTED = 0x80
const AUTHENTICATED = 0x40
const NEXT_HEADER = 0x07

/** An RMCP+ packet, not yet opened. */
export interface Packet20 {
  readonly payloadType: number
  readonly encrypted: boolean
  readonly authenticated: boolean
  /** Managed system session ID; 0 outside a session. */
  readonly sessionId: number
  readonly sequence: number
  /** Bytes of the payload, which lies at HEADER20_SIZE; still encrypted where `encrypted` says so. */
  readonly payloadLength: number
}

export function isRmcpPlus(packet: Uint8Array): boolean {
  return packet.length > 4 && packet[4] === AuthType.rmcpPlus
}

export function decodePacket20(packet: Uint8Array): Packet20 {
  if (packet.length < HEADER20_SIZE) throw new DecodeError('length', 'shorter than an RMCP+ session header')
  const type = packet[5]
  const payloadType = type & 0x3f
  if (payloadType === PayloadType.oemExplicit) throw new DecodeError('field', 'an OEM explicit payload')
  const length = packet[14] | (packet[15] << 8)
  if (HEADER20_SIZE + length > packet.length) throw new DecodeError('length', `payload of ${length} bytes is cut off`)
  return {
    payloadType,
    encrypted: (type & ENCRYPTED) !== 0,
    authenticated: (type & AUTHENTICATED) !== 0,
    sessionId: u32le(packet, 6),
    sequence: u32le(packet, 10),
    payloadLength: length,
  }
}

/** A copy of the payload. */
export function payloadOf20(packet: Uint8Array, { payloadLength }: Packet20): Uint8Array {
  return cutOut(packet, HEADER20_SIZE, HEADER20_SIZE + payloadLength)
}

/**
 * Where the AuthCode of an authenticated packet starts, having checked the session trailer in front of it: integrity
 * pad, pad length, next header (§13.28.4, Table 13-8). The AuthCode covers bytes 4 up to there.
 */
export function trailerEnd(packet: Uint8Array, payloadLength: number, authCodeSize: number): number {
  const end = packet.length - authCodeSize
  const padSize = packet[end - 2]
  if (end < HEADER20_SIZE + payloadLength + 2 || packet[end - 1] !== NEXT_HEADER) {
    throw new DecodeError('length', 'no room for a session trailer')
  }
  if (HEADER20_SIZE + payloadLength + padSize + 2 !== end) throw new DecodeError('length', 'integrity pad')
  return end
}

/** Writes RMCP and session header in front of a payload already in place at HEADER20_SIZE. */
export function writeHeader20(
  out: Uint8Array,
  payloadType: number,
  encrypted: boolean,
  authenticated: boolean,
  sessionId: number,
  sequence: number,
  payloadLength: number,
): void {
  out[0] = 0x06
  out[1] = 0x00
  out[2] = 0xff
  out[3] = 0x07
  out[4] = AuthType.rmcpPlus
  out[5] = payloadType | (encrypted ? ENCRYPTED : 0) | (authenticated ? AUTHENTICATED : 0)
  putU32le(out, 6, sessionId)
  putU32le(out, 10, sequence)
  out[14] = payloadLength & 0xff
  out[15] = payloadLength >> 8
}

/** Writes the trailer after the payload so that AuthType .. next header is a multiple of four bytes; returns its end. */
export function writeTrailer20(out: Uint8Array, payloadLength: number): number {
  const payloadEnd = HEADER20_SIZE + payloadLength
  const pad = -(payloadEnd - 4 + 2) & 3
  for (let i = 0; i < pad; i++) out[payloadEnd + i] = 0xff
  out[payloadEnd + pad] = pad
  out[payloadEnd + pad + 1] = NEXT_HEADER
  return payloadEnd + pad + 2
}

function u32le(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

function putU32le(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}
