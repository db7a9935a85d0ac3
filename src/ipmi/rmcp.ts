import { DecodeError } from '../base/bytes.ts'

/** RMCP message classes (IPMI 2.0 §13.1.3, Table 13-6). */
export const RmcpClass = { asf: 0x06, ipmi: 0x07, oem: 0x08 } as const

const VERSION = 0x06
const ACKNOWLEDGE = 0x80

/** Sequence FFh asks for no RMCP acknowledge; every IPMI message carries it. */
export const NO_ACK = 0xff
export const RMCP_HEADER_SIZE = 4

/** The class of a packet, having checked the four header bytes; an acknowledge (bit 7) is nobody's request. */
export function rmcpClass(packet: Uint8Array): number {
  if (packet.length < RMCP_HEADER_SIZE) throw new DecodeError('length', 'shorter than an RMCP header')
  if (packet[0] !== VERSION) throw new DecodeError('format', `RMCP version ${packet[0]}`)
  if (packet[3] & ACKNOWLEDGE) throw new DecodeError('format', 'an RMCP acknowledge')
  return packet[3] & 0x1f
}

const PING_SIZE = 12
const ASF_IANA = [0x00, 0x00, 0x11, 0xbe]
const ASF_PING = 0x80
const ASF_PONG = 0x40

/** The message tag of an ASF presence ping (IPMI 2.0 §13.2.3), or undefined for any other ASF message. */
export function pingTag(packet: Uint8Array): number | undefined {
  if (packet.length < PING_SIZE || packet[8] !== ASF_PING) return undefined
  return ASF_IANA.every((byte, i) => packet[4 + i] === byte) ? packet[9] : undefined
}

/** The answer: IPMI supported, ASF 1.0 (§13.2.4, Table 13-7). Big-endian, as all of ASF. */
export function presencePong(tag: number): Uint8Array {
  const supportedEntities = 0x81
  return Uint8Array.of(
    ...[VERSION, 0x00, NO_ACK, RmcpClass.asf],
    ...[...ASF_IANA, ASF_PONG, tag, 0x00, 0x10],
    ...[...ASF_IANA, 0, 0, 0, 0, supportedEntities, 0, 0, 0, 0, 0, 0, 0],
  )
}
