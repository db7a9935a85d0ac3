import { cutOut, DecodeError } from '../base/bytes.ts'

/** The BMC's own slave address on every bus and in every LAN message (IPMI 2.0 §13.8). */
export const BMC_ADDRESS = 0x20

/** A request as it lies in a LAN packet (§13.8, Table 13-8). */
export interface RequestMessage {
  readonly responder: number
  readonly netFn: number
  readonly responderLun: number
  readonly requester: number
  readonly sequence: number
  readonly requesterLun: number
  readonly cmd: number
  readonly data: Uint8Array
}

const SMALLEST = 7

/** Two's complement of the sum: all bytes and their checksum add up to 0 modulo 256. */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += bytes[i]
  return -sum & 0xff
}

/** The request that lies from `from` to `to`; its data are a copy. */
export function decodeRequest(bytes: Uint8Array, from = 0, to = bytes.length): RequestMessage {
  const last = to - 1
  if (to - from < SMALLEST) throw new DecodeError('length', 'shorter than an IPMI message')
  if (bytes[from + 2] !== checksum(bytes, from, from + 2)) throw new DecodeError('checksum', 'first checksum')
  if (bytes[last] !== checksum(bytes, from + 3, last)) throw new DecodeError('checksum', 'second checksum')
  return {
    responder: bytes[from],
    netFn: bytes[from + 1] >> 2,
    responderLun: bytes[from + 1] & 3,
    requester: bytes[from + 3],
    sequence: bytes[from + 4] >> 2,
    requesterLun: bytes[from + 4] & 3,
    cmd: bytes[from + 5],
    data: cutOut(bytes, from + 6, last),
  }
}

/** The bytes that `decodeRequest` was made of. */
export function encodeRequest(request: RequestMessage): Uint8Array {
  const { responder, netFn, responderLun, requester, sequence, requesterLun, cmd, data } = request
  const bytes = new Uint8Array(SMALLEST + data.length)
  const last = bytes.length - 1
  bytes.set([responder, (netFn << 2) | responderLun, 0, requester, (sequence << 2) | requesterLun, cmd])
  bytes.set(data, 6)
  bytes[2] = checksum(bytes, 0, 2)
  bytes[last] = checksum(bytes, 3, last)
  return bytes
}

/** Size of a response with `dataLength` data bytes after the completion code. */
export function responseSize(dataLength: number): number {
  return SMALLEST + 1 + dataLength
}

/** Writes the response to `request` into `out` at `at`: addresses and LUNs swapped, NetFn made odd (§13.8, Table 13-8). */
export function writeResponse(
  out: Uint8Array,
  at: number,
  request: RequestMessage,
  completionCode: number,
  data: Uint8Array,
): void {
  out[at] = request.requester
  out[at + 1] = ((request.netFn | 1) << 2) | request.requesterLun
  out[at + 2] = checksum(out, at, at + 2)
  out[at + 3] = request.responder
  out[at + 4] = (request.sequence << 2) | request.responderLun
  out[at + 5] = request.cmd
  out[at + 6] = completionCode
  if (data.length <= 64) for (let i = 0; i < data.length; i++) out[at + 7 + i] = data[i]
  else out.set(data, at + 7)
  const end = at + 7 + data.length
  out[end] = checksum(out, at + 3, end)
}
