import { DecodeError } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { Sensor } from '../bmc/sensors/sensor.ts'
import type { SensorSettings } from '../bmc/sensors/sensor-seeds.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { bits, bytes, empty, flag, layout, optional, pad, u8, u16le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { readingFactors } from '../ipmi/reading-factors.ts'
import { CompletionError, type Context, command } from './command.ts'

/** Sensors (IPMI 2.0 §35.5 to §35.17). A sensor is named by its number and the LUN of the request. */

const THRESHOLDS = 6
/** Bits 7:6 of the comparison byte and bit 7 of the second state byte are returned as 1 (Table 35-15). */
const THRESHOLD_STATES = 0xc0
const SECOND_STATES = 0x80

export const getSensorReadingFactors = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x23,
  name: 'Get Sensor Reading Factors',
  spec: '35.5',
  privilege: 'User',
  request: layout({ number: u8, reading: u8 }),
  response: layout({ next: u8, factors: readingFactors }),
  handle(context, { number }) {
    const { conversion, name } = sensorOf(context, number).seed
    if (conversion === undefined) throw illegal(`${name} has no reading factors`)
    // The same for every reading: there is no next one with others.
    return { next: 0xff, factors: conversion.factors }
  },
})

export const setSensorHysteresis = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x24,
  name: 'Set Sensor Hysteresis',
  spec: '35.6',
  privilege: 'Operator',
  request: layout({ number: u8, mask: u8, positive: u8, negative: u8 }),
  response: empty,
  handle(context, { number, positive, negative }) {
    const sensor = sensorOf(context, number)
    if (sensor.seed.hysteresisSupport !== 'settable') throw illegal(`the hysteresis of ${sensor.seed.name} is fixed`)
    change(context, sensor, { positiveHysteresis: positive, negativeHysteresis: negative })
  },
})

export const getSensorHysteresis = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x25,
  name: 'Get Sensor Hysteresis',
  spec: '35.7',
  privilege: 'User',
  request: layout({ number: u8, mask: u8 }),
  response: layout({ positive: u8, negative: u8 }),
  handle(context, { number }) {
    const { seed, settings } = sensorOf(context, number)
    const readable = seed.hysteresisSupport === 'readable' || seed.hysteresisSupport === 'settable'
    if (!readable) throw illegal(`the hysteresis of ${seed.name} cannot be read`)
    return { positive: settings.positiveHysteresis, negative: settings.negativeHysteresis }
  },
})

export const setSensorThresholds = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x26,
  name: 'Set Sensor Thresholds',
  spec: '35.8',
  privilege: 'Operator',
  request: layout({ number: u8, reserved: pad(2), mask: bits(6), values: bytes(THRESHOLDS) }),
  response: empty,
  handle(context, { number, mask, values }) {
    const sensor = thresholdSensorOf(context, number)
    context.bmc.sensors.change(sensor, sensor.setThresholds(mask, [...values]))
  },
})

export const getSensorThresholds = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x27,
  name: 'Get Sensor Thresholds',
  spec: '35.9',
  privilege: 'User',
  request: layout({ number: u8 }),
  response: layout({ reserved: pad(2), mask: bits(6), values: bytes(THRESHOLDS) }),
  handle(context, { number }) {
    const { seed, settings } = thresholdSensorOf(context, number)
    const mask = seed.readableThresholds
    const values = Uint8Array.from(settings.thresholds, (value, i) => ((mask & (1 << i)) === 0 ? 0 : value))
    return { mask, values }
  },
})

const enableActions = { unchanged: 0, enable: 1, disable: 2 } as const

export const setSensorEventEnable = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x28,
  name: 'Set Sensor Event Enable',
  spec: '35.10',
  privilege: 'Operator',
  request: layout({
    number: u8,
    events: flag,
    scanning: flag,
    action: bits(2),
    reserved: pad(4),
    assertions: optional(u16le),
    deassertions: optional(u16le),
  }),
  response: empty,
  handle(context, { number, events, scanning, action, assertions = 0, deassertions = 0 }) {
    const sensor = sensorOf(context, number)
    const { seed, settings } = sensor
    const chosen = (old: number, given: number, supported: number) => {
      if (action === enableActions.unchanged) return old
      return (action === enableActions.enable ? old | given : old & ~given) & supported
    }
    if (action > enableActions.disable) throw new BmcError('invalid-field', 'event enables are left, set or cleared')
    change(context, sensor, {
      eventsEnabled: events,
      scanning,
      assertions: chosen(settings.assertions, assertions, seed.supportedAssertions),
      deassertions: chosen(settings.deassertions, deassertions, seed.supportedDeassertions),
    })
  },
})

export const getSensorEventEnable = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x29,
  name: 'Get Sensor Event Enable',
  spec: '35.11',
  privilege: 'User',
  request: layout({ number: u8 }),
  response: layout({ events: flag, scanning: flag, reserved: pad(6), assertions: u16le, deassertions: u16le }),
  handle(context, { number }) {
    const { settings } = sensorOf(context, number)
    const { eventsEnabled: events, scanning, assertions, deassertions } = settings
    return { events, scanning, assertions, deassertions }
  },
})

export const rearmSensorEvents = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x2a,
  name: 'Re-arm Sensor Events',
  spec: '35.12',
  privilege: 'Operator',
  request: layout({
    number: u8,
    selected: flag,
    reserved: pad(7),
    assertions: optional(u16le),
    deassertions: optional(u16le),
  }),
  response: empty,
  handle(context, { number, selected, assertions = 0, deassertions = 0 }) {
    const sensor = sensorOf(context, number)
    const all = 0x7fff
    context.bmc.sensors.rearm(sensor, selected ? assertions : all, selected ? deassertions : all)
  },
})

export const getSensorEventStatus = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x2b,
  name: 'Get Sensor Event Status',
  spec: '35.13',
  privilege: 'User',
  request: layout({ number: u8 }),
  response: layout({
    events: flag,
    scanning: flag,
    unavailable: flag,
    reserved: pad(5),
    assertions: u16le,
    deassertions: u16le,
  }),
  handle(context, { number }) {
    const sensor = sensorOf(context, number)
    const { available } = context.bmc.sensors.reading(sensor)
    const { eventsEnabled: events, scanning } = sensor.settings
    return { events, scanning, unavailable: !available, ...sensor.eventStatus }
  },
})

export const getSensorReading = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x2d,
  name: 'Get Sensor Reading',
  spec: '35.14',
  privilege: 'User',
  request: layout({ number: u8 }),
  response: layout({
    reading: u8,
    events: flag,
    scanning: flag,
    unavailable: flag,
    reserved: pad(5),
    states: u8,
    moreStates: optional(u8),
  }),
  handle(context, { number }) {
    const sensor = sensorOf(context, number)
    if (sensor.seed.eventOnly) throw illegal(`${sensor.seed.name} only sends events`)
    const { available, raw, states } = context.bmc.sensors.reading(sensor)
    const { eventsEnabled: events, scanning } = sensor.settings
    const facts = { reading: raw, events, scanning, unavailable: !available }
    if (sensor.isThreshold) return { ...facts, states: THRESHOLD_STATES | states, moreStates: undefined }
    return { ...facts, states: states & 0xff, moreStates: SECOND_STATES | (states >> 8) }
  },
})

export const getSensorType = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x2f,
  name: 'Get Sensor Type',
  spec: '35.16',
  privilege: 'User',
  request: layout({ number: u8 }),
  response: layout({ type: u8, reserved: pad(1), eventType: bits(7) }),
  handle(context, { number }) {
    const { type, eventType } = sensorOf(context, number).seed
    return { type, eventType }
  },
})

const setReadingCodes = { notSettable: 0x80, eventDataNotSettable: 0x81 } as const
const KEEP = 0
const WRITE = 1

/** What an operation on the bits of a mask makes of them (Table 35-17, byte 2). */
const maskOperations: readonly ((old: number, given: number) => number)[] = [
  (old) => old,
  (_, given) => given,
  (old, given) => old | given,
  (old, given) => old & ~given,
]

export const setSensorReading = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x30,
  name: 'Set Sensor Reading And Event Status',
  spec: '35.17',
  privilege: 'Operator',
  codes: setReadingCodes,
  request: layout({
    number: u8,
    eventData: bits(2),
    assertions: bits(2),
    deassertions: bits(2),
    reading: bits(2),
    value: optional(u8),
    states: optional(u16le),
    moreStates: optional(u16le),
    data: optional(bytes(3)),
  }),
  response: empty,
  /**
   * A threshold sensor takes a reading, a discrete one states, which are its assertion bits. All else follows from those
   * and cannot be set apart from them.
   */
  handle(context, { number, eventData, assertions, deassertions, reading, value, states }) {
    const sensor = sensorOf(context, number)
    const { sensors } = context.bmc
    const { seed, isThreshold } = sensor
    const others = isThreshold ? assertions : reading
    if (!seed.settable) throw new CompletionError(setReadingCodes.notSettable, `${seed.name} measures by itself`)
    if (eventData !== KEEP) {
      throw new CompletionError(setReadingCodes.eventDataNotSettable, 'event data are made from the reading')
    }
    if (others !== KEEP || deassertions !== KEEP) {
      throw new CompletionError(setReadingCodes.notSettable, `${seed.name}: this follows from what else is set`)
    }
    if (reading > WRITE) throw new DecodeError('field', 'a reading is written or left')
    if (reading === WRITE) sensors.force(sensor, given(value))
    if (assertions !== KEEP) {
      const changed = maskOperations[assertions](sensors.reading(sensor).states, given(states))
      sensors.force(sensor, changed & 0x7fff)
    }
  },
})

/** Bytes that are asked for by the operation must be there. */
function given(value: number | undefined): number {
  if (value === undefined) throw new DecodeError('length', 'the bytes to write are missing')
  return value
}

function sensorOf({ bmc, lun = 0 }: Context, number: number): Sensor {
  return bmc.sensors.get(lun, number)
}

function thresholdSensorOf(context: Context, number: number): Sensor {
  const sensor = sensorOf(context, number)
  if (!sensor.isThreshold || sensor.seed.readableThresholds === 0)
    throw illegal(`${sensor.seed.name} has no thresholds`)
  return sensor
}

function change({ bmc }: Context, sensor: Sensor, more: Partial<SensorSettings>): void {
  bmc.sensors.change(sensor, { ...sensor.settings, ...more })
}

function illegal(message: string): CompletionError {
  return new CompletionError(CompletionCode.illegalForSensorOrRecord, message)
}

export const sensorCommands = [
  getSensorReadingFactors,
  setSensorHysteresis,
  getSensorHysteresis,
  setSensorThresholds,
  getSensorThresholds,
  setSensorEventEnable,
  getSensorEventEnable,
  rearmSensorEvents,
  getSensorEventStatus,
  getSensorReading,
  getSensorType,
  setSensorReading,
]
