import { DecodeError, noBytes } from '../base/bytes.ts'

/** Characters in one SOL packet: the accepted count is a byte (IPMI 2.0 §15.9, Table 15-2). */
export const SOL_MAX_CHARACTERS = 255

/** Bytes in front of the characters. */
export const SOL_HEADER_SIZE = 4

/** Operation bits, remote console to BMC (Table 15-2, byte 4). */
export const SolOperation = {
  nack: 0x40,
  ring: 0x20,
  break: 0x10,
  deassertCts: 0x08,
  deassertDcdDsr: 0x04,
  /** Forget characters on their way from the remote console to the system. */
  flushInbound: 0x02,
  /** Forget characters on their way from the system to the remote console. */
  flushOutbound: 0x01,
} as const

/** Status bits, BMC to remote console (Table 15-2, byte 4). */
export const SolStatus = {
  nack: 0x40,
  /** The system takes no characters now: it is off, or its serial port is away. */
  transferUnavailable: 0x20,
  /** The payload is, or is about to be, deactivated. */
  deactivated: 0x10,
  /** Characters from the system were lost before this packet. */
  transmitOverrun: 0x08,
  breakDetected: 0x04,
} as const

/** A SOL payload in either direction; `flags` is the operation or the status byte. */
export interface SolPacket {
  /** 1..15, or 0: carries no characters and wants no acknowledge. */
  readonly sequence: number
  /** Which packet is acknowledged, or 0: none. */
  readonly ack: number
  /** Characters of that packet that were taken. */
  readonly accepted: number
  readonly flags: number
  /** A view. */
  readonly data: Uint8Array
}

export function decodeSol(payload: Uint8Array): SolPacket {
  if (payload.length < SOL_HEADER_SIZE) throw new DecodeError('length', `SOL payload of ${payload.length} bytes`)
  if (payload.length > SOL_HEADER_SIZE + SOL_MAX_CHARACTERS) throw new DecodeError('length', 'SOL payload too long')
  return {
    sequence: payload[0] & 0x0f,
    ack: payload[1] & 0x0f,
    accepted: payload[2],
    flags: payload[3],
    data: payload.length === SOL_HEADER_SIZE ? noBytes : payload.subarray(SOL_HEADER_SIZE),
  }
}

export function encodeSol(packet: SolPacket): Uint8Array {
  const payload = Buffer.allocUnsafe(SOL_HEADER_SIZE + packet.data.length)
  payload[0] = packet.sequence & 0x0f
  payload[1] = packet.ack & 0x0f
  payload[2] = packet.accepted
  payload[3] = packet.flags
  payload.set(packet.data, SOL_HEADER_SIZE)
  return payload
}

/** 1..15 and round again; 0 is no sequence number (§15.11). */
export function nextSolSequence(sequence: number): number {
  return (sequence % 15) + 1
}

/** How many steps `sequence` lies ahead of `last`, 0..14; numbers 8 and more steps ahead are rather behind. */
export function solStepsAhead(sequence: number, last: number): number {
  return (sequence - last + 15) % 15
}
