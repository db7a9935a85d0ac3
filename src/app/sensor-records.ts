import {
  eventSupport,
  type SensorSeed,
  seedOfSdr,
  settingSupport,
  THRESHOLD_EVENTS,
  thresholdNames,
} from '../bmc/sensors/sensor-seeds.ts'
import type { Follow, Signal } from '../bmc/sensors/signal.ts'
import type {
  AnalogSensorConfig,
  DiscreteSensorConfig,
  FruConfig,
  SensorConfig,
} from '../config/personality/personality.ts'
import { sensorTypes, units } from '../config/personality/words.ts'
import { type Conversion, dataFormats, type ReadingFactors, rawOfValue } from '../ipmi/reading-factors.ts'
import { encodeSdr, type Sdr } from '../ipmi/sdr.ts'
import { idString } from '../ipmi/type-length.ts'

/** A personality's sensors and FRUs as SDRs (IPMI 2.0 chapter 43), and the sensors' own descriptions made from those. */

const BMC_ADDRESS = 0x20
/** Byte 11: settable, and the agent sets all but the type; events and scanning are on from the start. */
const INITIALIZATION = 0xfb
/** Byte 12: rearms by itself; events state by state. */
const AUTO_REARM = 0x40
/** Hysteresis and thresholds may be read and set. */
const SETTABLE_LIMITS = 0x28
/** Byte 31: nominal reading, normal maximum and minimum are given. */
const NOMINAL_AND_NORMAL = 0x07
const LOWER = 3

/** Whole records in their order; their IDs count from 1, or as a personality has it. */
export function numberedRecords(
  records: readonly Uint8Array[],
  { firstId, step } = { firstId: 1, step: 1 },
): readonly Uint8Array[] {
  return records.map((given, i) => {
    const record = new Uint8Array(given)
    new DataView(record.buffer).setUint16(0, firstId + i * step, true)
    return record
  })
}

/** The BMC itself: what it can do (byte 9) is what Get Device ID says. */
export function mcRecord(name: string, capabilities: number): Uint8Array {
  return encodeSdr({
    kind: 'mcLocator',
    slaveAddress: BMC_ADDRESS,
    channel: 0,
    initialization: 0,
    capabilities,
    entityId: 0x06,
    entityInstance: 1,
    oem: 0,
    id: idString(name),
  })
}

/** A logical FRU device, reached by the FRU commands of the BMC (§43.8). */
export function fruRecord({ device, name, entity }: FruConfig): Uint8Array {
  return encodeSdr({
    kind: 'fruLocator',
    accessAddress: BMC_ADDRESS,
    device,
    bus: 0x80,
    channel: 0,
    deviceType: 0x10,
    deviceModifier: 0,
    entityId: entity[0],
    entityInstance: entity[1],
    oem: 0,
    id: idString(name),
  })
}

/** `all`: the sensors of its personality, which it may follow. */
export function sensorRecord(
  config: SensorConfig,
  all: readonly SensorConfig[],
): { readonly record: Uint8Array; readonly seed: SensorSeed } {
  const sdr = config.kind === 'analog' ? fullSensor(config, all) : compactSensor(config)
  const seed = seedOfSdr(sdr)
  if (seed === undefined) throw new Error(`${config.name} has become a record that is no sensor's`)
  return { record: encodeSdr(sdr), seed: { ...seed, signal: signalOf(config, all) } }
}

/** An SDR for a sensor that came without one: counts without a unit, or states. */
export function recordOfSensor(seed: SensorSeed, owner: number = BMC_ADDRESS): Uint8Array {
  const { settings } = seed
  const key = {
    ownerId: owner,
    channel: 0,
    fruLun: 0,
    lun: seed.lun,
    number: seed.number,
    entityId: SYSTEM_BOARD,
    entityInstance: 1,
    initialization: (settings.eventsEnabled ? 0x02 : 0) | (settings.scanning ? 0x01 : 0),
    capabilities:
      AUTO_REARM | (settingSupport.indexOf(seed.hysteresisSupport) << 4) | eventSupport.indexOf(seed.eventSupport),
    sensorType: seed.type,
    eventType: seed.eventType,
    baseUnit: 0,
    modifierUnit: 0,
    positiveHysteresis: settings.positiveHysteresis,
    negativeHysteresis: settings.negativeHysteresis,
    oem: 0,
    id: idString(seed.name),
  }
  const unitFlags = dataFormats.indexOf(seed.eventType === THRESHOLD_EVENTS ? 'unsigned' : 'none') << 6
  if (seed.eventType !== THRESHOLD_EVENTS) {
    const { supportedAssertions: assertions, supportedDeassertions: deassertions } = seed
    return encodeSdr({ kind: 'compact', ...key, unitFlags, assertions, deassertions, readings: 0x7fff, sharing: 1 })
  }
  const { readableThresholds: readable, settableThresholds: settable } = seed
  const [lnc, lc, lnr, unc, uc, unr] = settings.thresholds
  return encodeSdr({
    kind: 'full',
    ...key,
    capabilities: key.capabilities | (settable !== 0 ? 0x08 : readable !== 0 ? 0x04 : 0),
    assertions: seed.supportedAssertions | ((readable & 0x07) << 12),
    deassertions: seed.supportedDeassertions | ((readable >> LOWER) << 12),
    readings: readable | (settable << 8),
    unitFlags,
    linearization: 0,
    factors: plainFactors,
    analogFlags: 0,
    nominal: 0,
    normalMaximum: 0,
    normalMinimum: 0,
    maximum: 0xff,
    minimum: 0,
    upperNonRecoverable: unr,
    upperCritical: uc,
    upperNonCritical: unc,
    lowerNonRecoverable: lnr,
    lowerCritical: lc,
    lowerNonCritical: lnc,
  })
}

/** Entity ID of Table 43-13. */
const SYSTEM_BOARD = 0x07

const plainFactors: ReadingFactors = {
  m: 1,
  b: 0,
  bExponent: 0,
  resultExponent: 0,
  tolerance: 0,
  accuracy: 0,
  accuracyExponent: 0,
  direction: 0,
}

function keyOf({ number, entity, type, name }: SensorConfig) {
  return {
    ownerId: BMC_ADDRESS,
    channel: 0,
    fruLun: 0,
    lun: 0,
    number,
    entityId: entity[0],
    entityInstance: entity[1],
    sensorType: sensorTypes[type],
    oem: 0,
    id: idString(name),
  }
}

function fullSensor(config: AnalogSensorConfig, all: readonly SensorConfig[]): Sdr {
  const conversion = conversionOf(config)
  const raw = (value: number) => rawOfValue(conversion, value)
  const { thresholds, unit, reading, hysteresis } = config
  const limit = (name: (typeof thresholdNames)[number]) => {
    const value = thresholds[name]
    return value === undefined ? 0 : raw(value)
  }
  const present = thresholdNames.reduce((mask, name, i) => (thresholds[name] === undefined ? mask : mask | (1 << i)), 0)
  const lower = present & 0x07
  const upper = present >> LOWER
  const events = thresholdNames.reduce((mask, _, i) => {
    if ((present & (1 << i)) === 0) return mask
    return mask | (1 << (i < LOWER ? i * 2 : i * 2 + 1))
  }, 0)
  const margin = raw(hysteresis) - raw(0)
  return {
    kind: 'full',
    ...keyOf(config),
    initialization: INITIALIZATION,
    capabilities: AUTO_REARM | SETTABLE_LIMITS,
    eventType: 0x01,
    assertions: events | (lower << 12),
    deassertions: events | (upper << 12),
    readings: present | (present << 8),
    unitFlags: (dataFormats.indexOf(conversion.format) << 6) | (unit === 'percent' ? 1 : 0),
    baseUnit: units[unit],
    modifierUnit: 0,
    linearization: conversion.linearization,
    factors: conversion.factors,
    analogFlags: NOMINAL_AND_NORMAL,
    nominal: raw(reading.on),
    normalMaximum: raw(reading.on + 2 * reading.wobble + mostOf(config, all)),
    normalMinimum: raw(reading.on - 2 * reading.wobble),
    maximum: conversion.format === 'unsigned' ? 0xff : 0x7f,
    minimum: conversion.format === 'unsigned' ? 0x00 : 0x80,
    upperNonRecoverable: limit('unr'),
    upperCritical: limit('uc'),
    upperNonCritical: limit('unc'),
    lowerNonRecoverable: limit('lnr'),
    lowerCritical: limit('lc'),
    lowerNonCritical: limit('lnc'),
    positiveHysteresis: margin,
    negativeHysteresis: margin,
  }
}

function compactSensor(config: DiscreteSensorConfig): Sdr {
  const states = maskOf(config.states)
  return {
    kind: 'compact',
    ...keyOf(config),
    initialization: INITIALIZATION,
    capabilities: AUTO_REARM,
    eventType: config.eventType,
    assertions: states,
    deassertions: states,
    readings: states,
    unitFlags: dataFormats.indexOf('none') << 6,
    baseUnit: 0,
    modifierUnit: 0,
    // One sensor, not a range of them.
    sharing: 0x0001,
    positiveHysteresis: 0,
    negativeHysteresis: 0,
  }
}

function conversionOf({ scale }: AnalogSensorConfig): Conversion {
  return {
    factors: { ...plainFactors, m: scale.m, b: scale.b, bExponent: scale.bExponent, resultExponent: scale.exponent },
    format: scale.signed ? 'twos complement' : 'unsigned',
    linearization: 0,
  }
}

function signalOf(config: SensorConfig, all: readonly SensorConfig[]): Signal {
  if (config.kind === 'discrete') {
    return { kind: 'states', on: config.on && maskOf(config.on), off: config.off && maskOf(config.off) }
  }
  const { reading } = config
  const span = spanOf(config)
  const { cpu = 0, memory = 0, disk = 0, network = 0 } = reading.load
  const follows = Object.entries(reading.follows).flatMap(([name, perUnit]): Follow[] => {
    const other = all.find((one) => one.name === name)
    if (other?.kind !== 'analog') return []
    return [{ number: other.number, at: countOf(other, other.reading.on), perCount: (perUnit * spanOf(other)) / span }]
  })
  return {
    kind: 'analog',
    on: countOf(config, reading.on),
    off: reading.off === undefined ? undefined : countOf(config, reading.off),
    start: reading.start === undefined ? undefined : countOf(config, reading.start),
    wobble: Math.abs(reading.wobble / span),
    settleMs: reading.settle * 1000,
    load: { cpu: cpu / span, memory: memory / span, disk: disk / span, network: network / span },
    follows: follows.length === 0 ? undefined : follows,
  }
}

/** What one count is worth. */
function spanOf({ scale }: AnalogSensorConfig): number {
  return scale.m * 10 ** scale.exponent
}

/** A value in counts, with a fraction. */
function countOf(config: AnalogSensorConfig, value: number): number {
  const { b, bExponent, exponent } = config.scale
  return (value - b * 10 ** (bExponent + exponent)) / spanOf(config)
}

/** What full work of every kind adds, also by way of a sensor that it follows. */
function mostOf({ reading }: AnalogSensorConfig, all: readonly SensorConfig[]): number {
  const own = Object.values(reading.load).reduce((sum, part) => sum + Math.max(part ?? 0, 0), 0)
  const leads = Object.entries(reading.follows).map(([name, perUnit]) => {
    const other = all.find((one) => one.name === name)
    return other?.kind === 'analog' ? perUnit * mostOf(other, all) : 0
  })
  return own + Math.max(0, ...leads)
}

function maskOf(states: readonly number[]): number {
  return states.reduce((mask, state) => mask | (1 << state), 0)
}
