import { DecodeError, noBytes, Reader, Writer } from '../base/bytes.ts'

/** RMCP+ status codes (IPMI 2.0 §13.24, Table 13-15). A vocabulary of its own: these are no completion codes. */
export const RmcpPlusStatus = {
  ok: 0x00,
  insufficientResources: 0x01,
  invalidSessionId: 0x02,
  invalidPayloadType: 0x03,
  invalidAuthentication: 0x04,
  invalidIntegrity: 0x05,
  noMatchingAuthentication: 0x06,
  noMatchingIntegrity: 0x07,
  inactiveSessionId: 0x08,
  invalidRole: 0x09,
  unauthorizedRole: 0x0a,
  insufficientResourcesForRole: 0x0b,
  invalidNameLength: 0x0c,
  unauthorizedName: 0x0d,
  unauthorizedGuid: 0x0e,
  invalidCheckValue: 0x0f,
  invalidConfidentiality: 0x10,
  noCipherSuiteMatch: 0x11,
  illegalParameter: 0x12,
} as const

/** A proposal for one of the three algorithms; undefined where the console leaves the choice to us (§13.17, length 0). */
export type Proposal = number | undefined

/** RMCP+ Open Session Request (§13.17, Table 13-9). */
export interface OpenSessionRequest {
  readonly tag: number
  /** Requested maximum privilege; 0 asks for the highest that the algorithms allow. */
  readonly privilege: number
  readonly consoleId: Uint8Array
  readonly authentication: Proposal
  readonly integrity: Proposal
  readonly confidentiality: Proposal
}

export function decodeOpenSessionRequest(bytes: Uint8Array): OpenSessionRequest {
  const reader = new Reader(bytes)
  const tag = reader.u8()
  const privilege = reader.u8() & 0x0f
  reader.skip(2)
  const consoleId = reader.take(4)
  const authentication = readProposal(reader, 0)
  const integrity = readProposal(reader, 1)
  const confidentiality = readProposal(reader, 2)
  reader.end()
  return { tag, privilege, consoleId, authentication, integrity, confidentiality }
}

function readProposal(reader: Reader, type: number): Proposal {
  if (reader.u8() !== type) throw new DecodeError('field', 'algorithm payloads out of order')
  reader.u16le()
  const length = reader.u8()
  const algorithm = reader.u8() & 0x3f
  reader.skip(3)
  if (length === 0) return undefined
  if (length !== 8) throw new DecodeError('field', `algorithm payload of ${length} bytes`)
  return algorithm
}

/** RMCP+ Open Session Response (§13.18, Table 13-10): 36 bytes, with exactly the algorithms that were agreed on. */
export function encodeOpenSessionResponse(answer: {
  readonly tag: number
  readonly privilege: number
  readonly consoleId: Uint8Array
  readonly managedId: Uint8Array
  readonly authentication: number
  readonly integrity: number
  readonly confidentiality: number
}): Uint8Array {
  const writer = new Writer(36)
  writer.u8(answer.tag).u8(RmcpPlusStatus.ok).u8(answer.privilege).u8(0).put(answer.consoleId).put(answer.managedId)
  putAlgorithm(writer, 0, answer.authentication)
  putAlgorithm(writer, 1, answer.integrity)
  putAlgorithm(writer, 2, answer.confidentiality)
  return writer.done()
}

function putAlgorithm(writer: Writer, type: number, algorithm: number): void {
  writer.u8(type).zeros(2).u8(8).u8(algorithm).zeros(3)
}

/** Any refusal of the four: 8 bytes, the tag and the console's ID echoed, or the console ignores it (§13.18, §13.21, §13.23). */
export function encodeRefusal(tag: number, status: number, consoleId: Uint8Array): Uint8Array {
  return new Writer(8).u8(tag).u8(status).zeros(2).put(consoleId).done()
}

/** RAKP Message 1 (§13.20, Table 13-11). */
export interface Rakp1 {
  readonly tag: number
  readonly managedId: number
  readonly consoleRandom: Uint8Array
  /** The whole byte, as it goes into the hashes: bit 4 look up by name only, bits 3:0 the level asked for. */
  readonly role: number
  readonly userName: Uint8Array
}

export const LONGEST_USER_NAME = 16

export function decodeRakp1(bytes: Uint8Array): Rakp1 {
  const reader = new Reader(bytes)
  const tag = reader.u8()
  reader.skip(3)
  const managedId = reader.u32le()
  const consoleRandom = reader.take(16)
  const role = reader.u8()
  reader.skip(2)
  const length = reader.u8()
  // A longer name is a refusal of its own (status 0Ch), so it is carried whole to whoever answers.
  const userName = reader.take(length)
  // Some consoles send the name field at its full 16 bytes whatever the length says.
  return { tag, managedId, consoleRandom, role, userName }
}

/** RAKP Message 2 (§13.21, Table 13-12). */
export function encodeRakp2(answer: {
  readonly tag: number
  readonly consoleId: Uint8Array
  readonly managedRandom: Uint8Array
  readonly guid: Uint8Array
  readonly code: Uint8Array
}): Uint8Array {
  const writer = new Writer(40 + answer.code.length).u8(answer.tag).u8(RmcpPlusStatus.ok).zeros(2)
  return writer.put(answer.consoleId).put(answer.managedRandom).put(answer.guid).put(answer.code).done()
}

/** RAKP Message 3 (§13.22, Table 13-13). */
export interface Rakp3 {
  readonly tag: number
  /** Not ok: the console gives up, and wants no answer. */
  readonly status: number
  readonly managedId: number
  readonly code: Uint8Array
}

export function decodeRakp3(bytes: Uint8Array): Rakp3 {
  const reader = new Reader(bytes)
  const tag = reader.u8()
  const status = reader.u8()
  reader.skip(2)
  const managedId = reader.u32le()
  return { tag, status, managedId, code: status === RmcpPlusStatus.ok ? reader.rest() : noBytes }
}

/** RAKP Message 4 (§13.23, Table 13-14). */
export function encodeRakp4(answer: {
  readonly tag: number
  readonly consoleId: Uint8Array
  readonly checkValue: Uint8Array
}): Uint8Array {
  const writer = new Writer(8 + answer.checkValue.length).u8(answer.tag).u8(RmcpPlusStatus.ok).zeros(2)
  return writer.put(answer.consoleId).put(answer.checkValue).done()
}
