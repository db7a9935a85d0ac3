import { type Conversion, dataFormats } from '../../ipmi/reading-factors.ts'
import type { CompactSensor, FullSensor, Sdr } from '../../ipmi/sdr.ts'
import { idStringText } from '../../ipmi/type-length.ts'
import type { Signal } from './signal.ts'

/** Numbers in the order of the wire: LNC, LC, LNR, UNC, UC, UNR (IPMI 2.0 §35.8). */
export const thresholdNames = ['lnc', 'lc', 'lnr', 'unc', 'uc', 'unr'] as const
export type ThresholdName = (typeof thresholdNames)[number]

/** Table 43-1, byte 12. */
export const settingSupport = ['none', 'readable', 'settable', 'fixed'] as const
export type SettingSupport = (typeof settingSupport)[number]
export const eventSupport = ['per-state', 'entire-sensor', 'global', 'none'] as const
export type EventSupport = (typeof eventSupport)[number]

/** What a client may change of a sensor (IPMI 2.0 §35.6 to §35.11). */
export interface SensorSettings {
  /** Raw, six of them. */
  readonly thresholds: readonly number[]
  readonly positiveHysteresis: number
  readonly negativeHysteresis: number
  readonly eventsEnabled: boolean
  readonly scanning: boolean
  /** Events that are sent, one bit each. */
  readonly assertions: number
  readonly deassertions: number
}

/** A sensor as it is made: shared by all BMCs of a personality, never written to. */
export interface SensorSeed {
  readonly lun: number
  readonly number: number
  readonly name: string
  readonly type: number
  /** IPMI 2.0 Table 43-13; 0: nobody said. */
  readonly entityId: number
  /** Which of its kind, from 1; 0: nobody said. */
  readonly entityInstance: number
  /** Event/reading type code (§42.1): 01h threshold. */
  readonly eventType: number
  /** Undefined: its reading is states only. */
  readonly conversion: Conversion | undefined
  readonly unit: { readonly base: number; readonly percent: boolean }
  /** Six bits, LNC in bit 0. */
  readonly readableThresholds: number
  readonly settableThresholds: number
  readonly hysteresisSupport: SettingSupport
  readonly eventSupport: EventSupport
  /** Events it can send. */
  readonly supportedAssertions: number
  readonly supportedDeassertions: number
  /** False: an event that was sent is not sent again before Rearm Sensor Events (§35.12). */
  readonly autoRearm: boolean
  /** Set Sensor Reading is allowed (§35.17). */
  readonly settable: boolean
  /** Events only: there is no reading to ask for. */
  readonly eventOnly: boolean
  readonly settings: SensorSettings
  readonly signal: Signal
  /** Its first value is news: what it crosses is an event. */
  readonly announce: boolean
  /** Its values are brought from outside, by `Sensors.measured`; before the first one these states hold. */
  readonly polled?: { readonly initState: number }
}

export const THRESHOLD_EVENTS = 0x01

/** What an SDR says about its sensor; undefined for a record that is about none. */
export function seedOfSdr(sdr: Sdr): SensorSeed | undefined {
  if (sdr.kind === 'full') {
    return {
      ...common(sdr),
      conversion: conversionOf(sdr),
      settings: {
        ...settingsOf(sdr),
        thresholds: [
          sdr.lowerNonCritical,
          sdr.lowerCritical,
          sdr.lowerNonRecoverable,
          sdr.upperNonCritical,
          sdr.upperCritical,
          sdr.upperNonRecoverable,
        ],
      },
    }
  }
  if (sdr.kind === 'compact') return { ...common(sdr), settings: settingsOf(sdr) }
  if (sdr.kind !== 'eventOnly') return undefined
  return { ...plainSensor(sdr), name: idStringText(sdr.id), eventOnly: true }
}

/** A sensor that nobody described: no thresholds, no events, no value. */
export function plainSensor(key: { lun: number; number: number; sensorType: number; eventType: number }): SensorSeed {
  return {
    lun: key.lun,
    number: key.number,
    name: `sensor ${key.number}`,
    type: key.sensorType,
    entityId: 0,
    entityInstance: 0,
    eventType: key.eventType,
    conversion: undefined,
    unit: { base: 0, percent: false },
    readableThresholds: 0,
    settableThresholds: 0,
    hysteresisSupport: 'none',
    eventSupport: 'none',
    supportedAssertions: 0,
    supportedDeassertions: 0,
    autoRearm: true,
    settable: false,
    eventOnly: false,
    settings: {
      thresholds: [0, 0, 0, 0, 0, 0],
      positiveHysteresis: 0,
      negativeHysteresis: 0,
      eventsEnabled: true,
      scanning: true,
      assertions: 0,
      deassertions: 0,
    },
    signal: { kind: 'fixed', value: undefined },
    announce: false,
  }
}

function conversionOf(sdr: FullSensor): Conversion | undefined {
  const format = dataFormats[sdr.unitFlags >> 6]
  if (format === 'none') return undefined
  return { factors: sdr.factors, format, linearization: sdr.linearization & 0x7f }
}

function common(sdr: FullSensor | CompactSensor): SensorSeed {
  const isThreshold = sdr.eventType === THRESHOLD_EVENTS
  const events = isThreshold ? 0x0fff : 0x7fff
  return {
    ...plainSensor(sdr),
    name: idStringText(sdr.id),
    entityId: sdr.entityId,
    // Bit 7: of a logical entity (Table 43-1).
    entityInstance: sdr.entityInstance & 0x7f,
    unit: { base: sdr.baseUnit, percent: (sdr.unitFlags & 0x01) !== 0 },
    readableThresholds: isThreshold ? sdr.readings & 0x3f : 0,
    settableThresholds: isThreshold ? (sdr.readings >> 8) & 0x3f : 0,
    hysteresisSupport: settingSupport[(sdr.capabilities >> 4) & 0x03],
    eventSupport: eventSupport[sdr.capabilities & 0x03],
    supportedAssertions: sdr.assertions & events,
    supportedDeassertions: sdr.deassertions & events,
    autoRearm: (sdr.capabilities & 0x40) !== 0,
    settable: (sdr.initialization & 0x80) !== 0,
  }
}

/** Byte 11 says whether events and scanning are on at power up. */
function settingsOf(sdr: FullSensor | CompactSensor): SensorSettings {
  const events = sdr.eventType === THRESHOLD_EVENTS ? 0x0fff : 0x7fff
  return {
    thresholds: [0, 0, 0, 0, 0, 0],
    positiveHysteresis: sdr.positiveHysteresis,
    negativeHysteresis: sdr.negativeHysteresis,
    eventsEnabled: (sdr.initialization & 0x02) !== 0,
    scanning: (sdr.initialization & 0x01) !== 0,
    assertions: sdr.assertions & events,
    deassertions: sdr.deassertions & events,
  }
}
