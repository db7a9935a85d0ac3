import { Writer } from '../base/bytes.ts'

/** An event of the BMC itself (IPMI 2.0 §29.7, Table 29-6): which sensor, what kind, and its three data bytes. */
export interface BmcEvent {
  readonly sensorType: number
  readonly sensorNumber: number
  /** Event/reading type: 6Fh means that the offsets are those of the sensor type (§42.1). */
  readonly eventType: number
  readonly deasserted?: boolean
  readonly data: readonly [number, number, number]
}

/** Where events go: a log that keeps them. */
export interface BmcEvents {
  event(event: BmcEvent): void
  /** Records it has room for. */
  readonly capacity: number
}

/** Event data 1 with both bits pairs saying "sensor-specific extension", and an unused event data byte (§29.7). */
export const EVENT_DATA_2_SPECIFIC = 0xc0
export const EVENT_DATA_UNUSED = 0xff

const SYSTEM_EVENT = 0x02
/** Slave address 20h, LUN 0: the BMC. */
const GENERATOR = 0x0020
const EVENT_MESSAGE_REVISION = 0x04

/** The event as a record of 16 bytes (§32.1, Table 32-1). One that is in no log has the record ID 0. */
export function eventRecord(event: BmcEvent, nowMs: number): Uint8Array {
  return new Writer(16)
    .u16le(0)
    .u8(SYSTEM_EVENT)
    .u32le(Math.floor(nowMs / 1000))
    .u16le(GENERATOR)
    .u8(EVENT_MESSAGE_REVISION)
    .u8(event.sensorType)
    .u8(event.sensorNumber)
    .u8((event.deasserted === true ? 0x80 : 0x00) | event.eventType)
    .put(Uint8Array.from(event.data))
    .done()
}
