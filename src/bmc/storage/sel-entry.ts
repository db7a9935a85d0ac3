import { hex } from '../../base/bytes.ts'
import {
  type EventSeverity,
  eventSeverity,
  eventWords,
  type SensorTypeName,
  sensorTypeName,
} from '../../ipmi/event-words.ts'
import { valueOfRaw } from '../../ipmi/reading-factors.ts'
import { decodeSelRecord, type SystemEvent } from '../../ipmi/sel-record.ts'
import { type SensorSeed, THRESHOLD_EVENTS } from '../sensors/sensor-seeds.ts'
import type { Sensors } from '../sensors/sensors.ts'

/** A record of the SEL in words, for doors that have no numbers. */
export interface SelEntry {
  readonly id: number
  /** Seconds since 1970; undefined: its kind has none. */
  readonly seconds: number | undefined
  /** Undefined: a record of somebody's own kind. */
  readonly event: SelEvent | undefined
  readonly text: string
  /** All 16 bytes. */
  readonly hex: string
}

export interface SelEvent {
  readonly sensorType: SensorTypeName
  readonly sensorNumber: number
  /** What is known of the sensor; undefined: no SDR describes it. */
  readonly seed: SensorSeed | undefined
  /** The word of the specification for what happened. */
  readonly what: string | undefined
  readonly deasserted: boolean
  readonly severity: EventSeverity
  /** Low byte: slave address or software ID; high byte: channel and LUN. */
  readonly generatorId: number
  /** What was measured, and the threshold, in the sensor's unit. */
  readonly reading: number | undefined
  readonly threshold: number | undefined
}

const OFFSET = 0x0f
/** Data 2 has the reading, data 3 the threshold (Table 29-6). */
const HAS_READING = 0x40
const HAS_THRESHOLD = 0x10
const UNSPECIFIED = 0xff

export function selEntry(record: Uint8Array, sensors: Pick<Sensors, 'seeds'>): SelEntry {
  const decoded = decodeSelRecord(record)
  const { id } = decoded
  if (decoded.kind === 'system') {
    const event = eventIn(decoded, sensors)
    return { id, seconds: decoded.timestamp, event, text: textOf(event), hex: hex(record, '') }
  }
  const seconds = decoded.kind === 'oem timestamped' ? decoded.timestamp : undefined
  const text = `Record of type ${hexByte(decoded.type)}: ${hex(decoded.data, ' ')}`
  return { id, seconds, event: undefined, text, hex: hex(record, '') }
}

export function eventIn(event: SystemEvent, sensors: Pick<Sensors, 'seeds'>): SelEvent {
  const { sensorType, sensorNumber, eventType, deasserted, data, generatorId } = event
  const [one, two, three] = data
  const offset = one & OFFSET
  const lun = (generatorId >> 8) & 3
  const seed = sensors.seeds.find(
    (seed) => seed.number === sensorNumber && seed.lun === lun && seed.type === sensorType,
  )
  const conversion = eventType === THRESHOLD_EVENTS ? seed?.conversion : undefined
  const value = (there: number, raw: number) =>
    conversion !== undefined && (one & there) !== 0 && raw !== UNSPECIFIED
      ? rounded(valueOfRaw(conversion, raw))
      : undefined
  return {
    sensorType: sensorTypeName(sensorType),
    sensorNumber,
    seed,
    what: eventWords(eventType, sensorType, offset),
    deasserted,
    severity: eventSeverity(eventType, sensorType, offset, deasserted),
    generatorId,
    reading: value(HAS_READING, two),
    threshold: value(HAS_THRESHOLD, three),
  }
}

function textOf({ seed, sensorType, sensorNumber, what, deasserted, reading, threshold }: SelEvent): string {
  const who = seed?.name ?? (sensorNumber === UNSPECIFIED ? sensorType : `${sensorType} ${hexByte(sensorNumber)}`)
  const numbers =
    reading === undefined ? '' : ` (reading ${reading}${threshold === undefined ? '' : `, threshold ${threshold}`})`
  return `${who}: ${what ?? 'unknown event'}${deasserted ? ', no more' : ''}${numbers}`
}

/** Thousandths are more than any byte tells. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

function hexByte(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}h`
}
