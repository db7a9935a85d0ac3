import { DecodeError } from '../base/bytes.ts'
import { bits, bytes, flag, layout, rest, u8, u16le, u24le, u32le } from './layout.ts'

/** SEL records (IPMI 2.0 chapter 32): 16 bytes each. */
export const SEL_RECORD = 16

/** Table 32-1. */
const system = layout({
  id: u16le,
  type: u8,
  timestamp: u32le,
  generatorId: u16le,
  revision: u8,
  sensorType: u8,
  sensorNumber: u8,
  deasserted: flag,
  eventType: bits(7),
  data: bytes(3),
})

/** Table 32-2: C0h to DFh. */
const oemTimestamped = layout({ id: u16le, type: u8, timestamp: u32le, manufacturer: u24le, data: rest })

/** Table 32-3: E0h to FFh. */
const oem = layout({ id: u16le, type: u8, data: rest })

export const SYSTEM_EVENT = 0x02
const FIRST_OEM_TIMESTAMPED = 0xc0
const FIRST_OEM = 0xe0
/** Event message format of IPMI 2.0 and 1.5 (§29.3). */
export const EVENT_REVISION = 0x04

export interface SystemEvent {
  readonly kind: 'system'
  readonly id: number
  readonly timestamp: number
  /** Low byte: slave address, or software ID with bit 0 set. High byte: channel and LUN. */
  readonly generatorId: number
  readonly revision: number
  readonly sensorType: number
  readonly sensorNumber: number
  readonly deasserted: boolean
  readonly eventType: number
  readonly data: Uint8Array
}

export type SelRecord =
  | SystemEvent
  | {
      readonly kind: 'oem timestamped'
      readonly id: number
      readonly type: number
      readonly timestamp: number
      readonly manufacturer: number
      readonly data: Uint8Array
    }
  | { readonly kind: 'oem'; readonly id: number; readonly type: number; readonly data: Uint8Array }
  /** A type that the specification leaves reserved: kept as it came. */
  | { readonly kind: 'reserved'; readonly id: number; readonly type: number; readonly data: Uint8Array }

export function encodeSelRecord(record: SelRecord): Uint8Array {
  if (record.kind === 'system') return system.encode({ ...record, type: SYSTEM_EVENT })
  return record.kind === 'oem timestamped' ? oemTimestamped.encode(record) : oem.encode(record)
}

export function decodeSelRecord(record: Uint8Array): SelRecord {
  if (record.length !== SEL_RECORD) throw new DecodeError('length', `a SEL record has 16 bytes, not ${record.length}`)
  const type = record[2]
  if (type === SYSTEM_EVENT) {
    const { type: _, ...event } = system.decode(record)
    return { kind: 'system', ...event }
  }
  if (type >= FIRST_OEM) return { kind: 'oem', ...oem.decode(record) }
  if (type >= FIRST_OEM_TIMESTAMPED) return { kind: 'oem timestamped', ...oemTimestamped.decode(record) }
  return { kind: 'reserved', ...oem.decode(record) }
}

/** Records below E0h carry a time, which the SEL device sets (§31.6). */
export function isTimestamped(type: number): boolean {
  return type < FIRST_OEM
}
