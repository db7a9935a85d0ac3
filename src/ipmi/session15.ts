import { DecodeError, noBytes } from '../base/bytes.ts'

/** Authentication types in the session header (IPMI 2.0 §13.6, Table 13-8); 6 is the RMCP+ format. */
export const AuthType = { none: 0, md2: 1, md5: 2, straight: 4, oem: 5, rmcpPlus: 6 } as const
export type AuthTypeName = 'none' | 'md2' | 'md5' | 'straight'

/** An IPMI 1.5 session header and its payload; both byte fields are views. */
export interface Packet15 {
  readonly authType: number
  readonly sequence: number
  readonly sessionId: number
  /** 16 bytes, or none for type none. */
  readonly authCode: Uint8Array
  readonly payload: Uint8Array
}

const AT = 4

export function decodePacket15(packet: Uint8Array): Packet15 {
  const authType = packet[AT]
  const authSize = authType === AuthType.none ? 0 : 16
  const payloadAt = AT + 10 + authSize
  if (packet.length < payloadAt) throw new DecodeError('length', 'shorter than an IPMI 1.5 session header')
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length)
  const length = packet[payloadAt - 1]
  // One byte more is the legacy pad of old network chips (§13.6, note 2).
  if (payloadAt + length > packet.length || packet.length > payloadAt + length + 1) {
    throw new DecodeError('length', `payload length ${length} does not fit the packet`)
  }
  return {
    authType,
    sequence: view.getUint32(AT + 1, true),
    sessionId: view.getUint32(AT + 5, true),
    authCode: authSize === 0 ? noBytes : packet.subarray(AT + 9, AT + 9 + authSize),
    payload: packet.subarray(payloadAt, payloadAt + length),
  }
}

/** Where the payload starts in a packet of this authentication type. */
export function payloadOffset15(authType: number): number {
  return AT + 10 + (authType === AuthType.none ? 0 : 16)
}

/** Writes RMCP and session header in front of a payload already in place at `payloadOffset15`. */
export function writeHeader15(
  out: Uint8Array,
  authType: number,
  sequence: number,
  sessionId: number,
  authCode: Uint8Array,
  payloadLength: number,
): void {
  out[0] = 0x06
  out[1] = 0x00
  out[2] = 0xff
  out[3] = 0x07
  out[AT] = authType
  const view = new DataView(out.buffer, out.byteOffset, out.length)
  view.setUint32(AT + 1, sequence, true)
  view.setUint32(AT + 5, sessionId, true)
  if (authType !== AuthType.none) out.set(authCode, AT + 9)
  out[payloadOffset15(authType) - 1] = payloadLength
}
