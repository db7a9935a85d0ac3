import { Writer } from '../base/bytes.ts'
import type { SystemEvent } from './sel-record.ts'

/**
 * Platform Event Traps (Platform Event Trap Format Specification 1.0; IPMI 2.0 §17.16): SNMPv1 traps of an enterprise of
 * their own, with one variable. Numbers in it are big-endian, unlike anywhere else in IPMI.
 */
export const PET_ENTERPRISE = '1.3.6.1.4.1.3183.1.1'
export const PET_VARIABLE = '1.3.6.1.4.1.3183.1.1.1'

/** What event and trap come from; 20h: IPMI. */
const SourceType = { biosFirmware: 0x00, smiHandler: 0x08, systemSoftware: 0x10, ipmi: 0x20 } as const

export interface Pet {
  /** 16 bytes, as Get System GUID sends them. */
  readonly guid: Uint8Array
  readonly sequence: number
  /** What it is about; undefined: a test, or somebody who wants no more than a trap. */
  readonly event: SystemEvent | undefined
  /** Seconds since 1970, as SEL records have them. */
  readonly seconds: number
  /** Minutes, or 7FFh: unspecified, as in Get SEL Time UTC Offset. */
  readonly utcOffset: number
  /** 01h monitor to 20h non-recoverable, 0: unspecified. */
  readonly severity: number
  readonly entityId: number
  readonly entityInstance: number
  readonly manufacturerId: number
  readonly productId: number
  /** Latin-1, up to `PET_TEXT_BYTES`; empty: none. */
  readonly text: Uint8Array
}

/** What PET Acknowledge repeats (IPMI 2.0 §30.8), to find the trap that it answers. */
export interface PetIdentity {
  readonly sequence: number
  /** Seconds since 1998. */
  readonly timestamp: number
  readonly eventSource: number
  readonly sensorDevice: number
  readonly sensorNumber: number
  readonly data: Uint8Array
}

const UNSPECIFIED = 0xff
const NO_OFFSET = 0x0f
const NO_SENSOR = 0x00
const NO_UTC_OFFSET = 0xffff
const SEL_UTC_OFFSET_UNSPECIFIED = 0x7ff
/** 1998-01-01 in seconds since 1970: where a PET's time begins. */
const PET_EPOCH = 883_612_800
const EVENT_DATA_BYTES = 8
/** Event sensor data carries three bytes; the others are 0. */
const LANGUAGE_UNSPECIFIED = 0xff
/** Type/length bytes of FRU fields: 11b is 8-bit text; C1h ends the list. */
const TEXT_8_BIT = 0xc0
const END_OF_FIELDS = 0xc1
/** Custom fields have 64 bytes, two of which are a type/length byte and the end. */
export const PET_TEXT_BYTES = 62

/** Sensor type, event type, direction in bit 7, offset. */
export function specificTrap(event: SystemEvent | undefined): number {
  if (event === undefined) return NO_OFFSET
  const { sensorType, eventType, deasserted, data } = event
  return (sensorType << 16) | (eventType << 8) | (deasserted ? 0x80 : 0) | (data[0] & 0x0f)
}

export function petIdentity(pet: Pet): PetIdentity {
  const { event } = pet
  return {
    sequence: pet.sequence,
    timestamp: Math.max(0, pet.seconds - PET_EPOCH),
    eventSource: event === undefined ? SourceType.ipmi : sourceOf(event.generatorId & 0xff),
    sensorDevice: event === undefined ? UNSPECIFIED : event.generatorId & 0xff,
    sensorNumber: event?.sensorNumber ?? NO_SENSOR,
    data: event?.data ?? new Uint8Array(3),
  }
}

/** The value of the one variable. */
export function petVariable(pet: Pet): Uint8Array {
  const { sequence, timestamp, eventSource, sensorDevice, sensorNumber, data } = petIdentity(pet)
  const { utcOffset, manufacturerId } = pet
  const writer = new Writer(48 + PET_TEXT_BYTES)
  writer
    .put(bigEndianGuid(pet.guid))
    .u16be(sequence)
    .u16be(timestamp >>> 16)
    .u16be(timestamp)
  writer.u16be(utcOffset === SEL_UTC_OFFSET_UNSPECIFIED ? NO_UTC_OFFSET : utcOffset)
  writer.u8(SourceType.ipmi).u8(eventSource).u8(pet.severity).u8(sensorDevice).u8(sensorNumber)
  writer.u8(pet.entityId).u8(pet.entityInstance)
  writer.put(data).zeros(EVENT_DATA_BYTES - data.length)
  writer.u8(LANGUAGE_UNSPECIFIED)
  writer.u16be(manufacturerId >>> 16).u16be(manufacturerId)
  writer.u16be(pet.productId)
  writeText(writer, pet.text)
  return writer.u8(END_OF_FIELDS).done()
}

/** A text of one byte would look like the end: it gets a blank behind it. */
function writeText(writer: Writer, text: Uint8Array): void {
  const cut = text.subarray(0, PET_TEXT_BYTES)
  if (cut.length === 0) return
  const field = cut.length === 1 ? Uint8Array.of(cut[0], 0x20) : cut
  writer.u8(TEXT_8_BIT | field.length).put(field)
}

/** Software IDs have bit 0 set (IPMI 2.0 §5.5, Table 5-4); anything else is a slave address. */
function sourceOf(generator: number): number {
  if ((generator & 0x01) === 0) return SourceType.ipmi
  const id = generator >> 1
  if (id < 0x10) return SourceType.biosFirmware
  return id < 0x20 ? SourceType.smiHandler : SourceType.systemSoftware
}

/** Get System GUID sends the first three fields least significant byte first, as SMBIOS does; a PET the other way round. */
function bigEndianGuid(guid: Uint8Array): Uint8Array {
  return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15], (from) => guid[from])
}
