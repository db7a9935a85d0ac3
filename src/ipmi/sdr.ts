import { DecodeError, Reader, Writer } from '../base/bytes.ts'
import { bits, type Decoded, layout, pad, rest, u8, u16le, u24le } from './layout.ts'
import { readingFactors } from './reading-factors.ts'

/**
 * Sensor Data Records (IPMI 2.0 chapter 43). `id` is the ID string with its type/length byte in front (type-length.ts).
 */
export const SDR_HEADER = 5
const SDR_VERSION = 0x51

const sensorKey = {
  ownerId: u8,
  channel: bits(4),
  /** LUN of the FRU inventory device behind the sensor's owner. */
  fruLun: bits(2),
  lun: bits(2),
  number: u8,
  entityId: u8,
  entityInstance: u8,
}

const sensorSettings = {
  initialization: u8,
  capabilities: u8,
  sensorType: u8,
  eventType: u8,
  /** Assertion event mask, or lower threshold reading mask. */
  assertions: u16le,
  /** Deassertion event mask, or upper threshold reading mask. */
  deassertions: u16le,
  /** Discrete reading mask; for thresholds the readable ones low, the settable ones high. */
  readings: u16le,
  unitFlags: u8,
  baseUnit: u8,
  modifierUnit: u8,
}

/** Table 43-1. */
const full = layout({
  ...sensorKey,
  ...sensorSettings,
  linearization: u8,
  factors: readingFactors,
  analogFlags: u8,
  nominal: u8,
  normalMaximum: u8,
  normalMinimum: u8,
  maximum: u8,
  minimum: u8,
  upperNonRecoverable: u8,
  upperCritical: u8,
  upperNonCritical: u8,
  lowerNonRecoverable: u8,
  lowerCritical: u8,
  lowerNonCritical: u8,
  positiveHysteresis: u8,
  negativeHysteresis: u8,
  reserved: pad(16),
  oem: u8,
  id: rest,
})

/** Table 43-2. */
const compact = layout({
  ...sensorKey,
  ...sensorSettings,
  sharing: u16le,
  positiveHysteresis: u8,
  negativeHysteresis: u8,
  reserved: pad(24),
  oem: u8,
  id: rest,
})

/** Table 43-3. */
const eventOnly = layout({
  ...sensorKey,
  sensorType: u8,
  eventType: u8,
  sharing: u16le,
  reserved: pad(8),
  oem: u8,
  id: rest,
})

/** Table 43-6. */
const generic = layout({
  accessAddress: u8,
  slaveAddress: u8,
  bus: u8,
  addressSpan: u8,
  reserved: pad(8),
  deviceType: u8,
  deviceModifier: u8,
  entityId: u8,
  entityInstance: u8,
  oem: u8,
  id: rest,
})

/** Table 43-7. */
const fruLocator = layout({
  accessAddress: u8,
  /** FRU device number of a logical device; else the device's own slave address. */
  device: u8,
  /** Bit 7: logical, read and written by the FRU commands of this controller. */
  bus: u8,
  channel: u8,
  reserved: pad(8),
  deviceType: u8,
  deviceModifier: u8,
  entityId: u8,
  entityInstance: u8,
  oem: u8,
  id: rest,
})

/** Table 43-8. */
const mcLocator = layout({
  slaveAddress: u8,
  channel: u8,
  initialization: u8,
  capabilities: u8,
  reserved: pad(24),
  entityId: u8,
  entityInstance: u8,
  oem: u8,
  id: rest,
})

/** Table 43-11. */
const oem = layout({ manufacturer: u24le, data: rest })

export const sdrTypes = {
  full: 0x01,
  compact: 0x02,
  eventOnly: 0x03,
  generic: 0x10,
  fruLocator: 0x11,
  mcLocator: 0x12,
  oem: 0xc0,
} as const

export type SdrKind = keyof typeof sdrTypes
export type FullSensor = { readonly kind: 'full' } & Readonly<Decoded<typeof full>>
export type CompactSensor = { readonly kind: 'compact' } & Readonly<Decoded<typeof compact>>
export type EventOnlySensor = { readonly kind: 'eventOnly' } & Readonly<Decoded<typeof eventOnly>>
export type GenericLocator = { readonly kind: 'generic' } & Readonly<Decoded<typeof generic>>
export type FruLocator = { readonly kind: 'fruLocator' } & Readonly<Decoded<typeof fruLocator>>
export type McLocator = { readonly kind: 'mcLocator' } & Readonly<Decoded<typeof mcLocator>>
export type OemRecord = { readonly kind: 'oem' } & Readonly<Decoded<typeof oem>>
export type Sdr = FullSensor | CompactSensor | EventOnlySensor | GenericLocator | FruLocator | McLocator | OemRecord

/** A whole record, its ID 0: the repository gives it one. */
export function encodeSdr(sdr: Sdr): Uint8Array {
  const body = encodeBody(sdr)
  const writer = new Writer(SDR_HEADER + body.length)
  writer.u16le(0).u8(SDR_VERSION).u8(sdrTypes[sdr.kind]).u8(body.length).put(body)
  return writer.done()
}

/** Undefined for a type that is not spelled out here. Throws DecodeError where the bytes do not fit their type. */
export function decodeSdr(record: Uint8Array): Sdr | undefined {
  const reader = new Reader(record)
  reader.take(3)
  const type = reader.u8()
  const length = reader.u8()
  if (length !== reader.left) throw new DecodeError('length', `${length} bytes announced, ${reader.left} there`)
  const body = reader.rest()
  switch (type) {
    case sdrTypes.full:
      return { kind: 'full', ...full.decode(body) }
    case sdrTypes.compact:
      return { kind: 'compact', ...compact.decode(body) }
    case sdrTypes.eventOnly:
      return { kind: 'eventOnly', ...eventOnly.decode(body) }
    case sdrTypes.generic:
      return { kind: 'generic', ...generic.decode(body) }
    case sdrTypes.fruLocator:
      return { kind: 'fruLocator', ...fruLocator.decode(body) }
    case sdrTypes.mcLocator:
      return { kind: 'mcLocator', ...mcLocator.decode(body) }
    case sdrTypes.oem:
      return { kind: 'oem', ...oem.decode(body) }
    default:
      return undefined
  }
}

function encodeBody(sdr: Sdr): Uint8Array {
  switch (sdr.kind) {
    case 'full':
      return full.encode(sdr)
    case 'compact':
      return compact.encode(sdr)
    case 'eventOnly':
      return eventOnly.encode(sdr)
    case 'generic':
      return generic.encode(sdr)
    case 'fruLocator':
      return fruLocator.encode(sdr)
    case 'mcLocator':
      return mcLocator.encode(sdr)
    case 'oem':
      return oem.encode(sdr)
  }
}
