import { DecodeError } from '../base/bytes.ts'
import type { StorageSeed } from '../bmc/seeds.ts'
import { plainSensor, type SensorSeed, seedOfSdr, THRESHOLD_EVENTS } from '../bmc/sensor-seeds.ts'
import type { EmulatorCommand } from '../config/config.ts'
import { sensorTypes } from '../config/personality/words.ts'
import { decodeSdr } from '../ipmi/sdr.ts'
import { numberedRecords, recordOfSensor } from './sensor-records.ts'

/** What OpenIPMI's .emu commands make of one MC's storage and sensors, run in their order. */

/** True where a file describes sensors, records or FRUs: then it is the whole truth about them. */
export function describesStorage(commands: readonly EmulatorCommand[], mc: number): boolean {
  return ofMc(commands, mc).some(
    ({ kind }) => kind === 'main-sdr-add' || kind === 'device-sdr-add' || kind === 'sensor-add' || kind === 'fru-data',
  )
}

/**
 * The configured SEL goes over the base's; all else takes its place where the commands describe it. A sensor that has no SDR
 * in ipmi_sim is there for nobody: clients find sensors by their SDRs. Here it gets one, and the BMC a FRU 0.
 */
export function emulatorStorage(commands: readonly EmulatorCommand[], mc: number, base: StorageSeed): StorageSeed {
  const own = ofMc(commands, mc)
  const selLine = own.findLast((one) => one.kind === 'sel-enable')
  const selRecords = own.flatMap((one) => (one.kind === 'sel-add' ? [one.record] : []))
  const sel = {
    capacity: selLine?.capacity ?? base.sel.capacity,
    support: selLine === undefined ? base.sel.support : selLine.flags & SEL_FLAGS,
    records: selRecords,
  }
  if (!describesStorage(commands, mc)) return { ...base, sel }
  const sensors = sensorsOf(own)
  const sdrs = own.flatMap((one) => (one.kind === 'main-sdr-add' ? [one.record] : []))
  const described = own.some(({ kind }) => kind === 'device-sdr-add') ? [] : undescribed(sensors, sdrs)
  const frus = new Map(own.flatMap((one) => (one.kind === 'fru-data' ? [[one.device, one.data] as const] : [])))
  return {
    sel,
    sdrs: numberedRecords([...sdrs, ...described]),
    deviceSdrs: deviceSdrsOf(own),
    sensors,
    frus:
      frus.size === 0
        ? base.frus.filter(({ device }) => device === 0)
        : [...frus].map(([device, data]) => ({ device, data: () => data })),
  }
}

const SEL_FLAGS = 0x0f

function ofMc(commands: readonly EmulatorCommand[], mc: number): readonly EmulatorCommand[] {
  return commands.filter((one) => one.kind !== 'other' && one.mc === mc)
}

function deviceSdrsOf(commands: readonly EmulatorCommand[]): ReadonlyMap<number, readonly Uint8Array[]> {
  const byLun = new Map<number, Uint8Array[]>()
  for (const one of commands) {
    if (one.kind === 'device-sdr-add') byLun.set(one.lun, [...(byLun.get(one.lun) ?? []), one.record])
  }
  return new Map([...byLun].map(([lun, records]) => [lun, numberedRecords(records)]))
}

function sensorsOf(commands: readonly EmulatorCommand[]): readonly SensorSeed[] {
  const sensors = new Map<string, SensorSeed>()
  const records: SensorSeed[] = []
  for (const one of commands) {
    if (one.kind === 'main-sdr-add' || one.kind === 'device-sdr-add') {
      const described = describedBy(one.record)
      if (described !== undefined) records.push(described)
      continue
    }
    if (one.kind === 'sel-enable' || one.kind === 'sel-add' || one.kind === 'fru-data' || one.kind === 'other') continue
    const key = `${one.lun}.${one.number}`
    const before = one.kind === 'sensor-add' ? added(one, records) : sensors.get(key)
    if (before !== undefined) sensors.set(key, changed(before, one))
  }
  return [...sensors.values()]
}

function undescribed(sensors: readonly SensorSeed[], records: readonly Uint8Array[]): readonly Uint8Array[] {
  const known = records.map(describedBy)
  return sensors
    .filter(({ lun, number }) => !known.some((one) => one?.lun === lun && one.number === number))
    .map(recordOfSensor)
}

/** A record that does not fit its type says nothing about a sensor; it is served as it is. */
function describedBy(record: Uint8Array): SensorSeed | undefined {
  try {
    const sdr = decodeSdr(record)
    return sdr && seedOfSdr(sdr)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

type SensorAdd = Extract<EmulatorCommand, { kind: 'sensor-add' }>

/** Settings come from an SDR of the same sensor that stands above it, as ipmi_sim does it. */
function added({ lun, number, type, eventType, eventOnly }: SensorAdd, records: readonly SensorSeed[]): SensorSeed {
  const described = records.find((seed) => seed.lun === lun && seed.number === number)
  const seed = described ?? plainSensor({ lun, number, sensorType: type, eventType })
  // States are none at first, as in ipmi_sim; a number is not known before it is set.
  const value = eventType === THRESHOLD_EVENTS ? undefined : 0
  return {
    ...seed,
    signal: { kind: 'fixed', value },
    name: described?.name ?? sensorName(type, number),
    type,
    eventType,
    eventOnly,
  }
}

/** `Temperature 1`: what it is, and its number. */
function sensorName(type: number, number: number): string {
  const word = Object.entries(sensorTypes).find(([, value]) => value === type)?.[0] ?? 'sensor'
  return `${`${word[0].toUpperCase()}${word.slice(1)}`.slice(0, 12)} ${number}`
}

function changed(seed: SensorSeed, one: EmulatorCommand): SensorSeed {
  const { settings } = seed
  switch (one.kind) {
    case 'sensor-value':
      return {
        ...seed,
        signal: { kind: 'fixed', value: one.value },
        announce: one.event && seed.supportedAssertions !== 0,
      }
    case 'sensor-bit': {
      const bit = 1 << one.bit
      const old = seed.signal.kind === 'fixed' && !one.clearRest ? (seed.signal.value ?? 0) : 0
      return {
        ...seed,
        signal: { kind: 'fixed', value: one.value ? old | bit : old & ~bit },
        announce: one.event && seed.supportedAssertions !== 0,
      }
    }
    case 'sensor-hysteresis': {
      const { support, positive: positiveHysteresis, negative: negativeHysteresis } = one
      return { ...seed, hysteresisSupport: support, settings: { ...settings, positiveHysteresis, negativeHysteresis } }
    }
    case 'sensor-thresholds': {
      const settableThresholds = one.support === 'settable' ? one.mask : 0
      const readableThresholds = one.support === 'none' ? 0 : one.mask
      return { ...seed, readableThresholds, settableThresholds, settings: { ...settings, thresholds: one.values } }
    }
    case 'sensor-events': {
      const events = seed.eventType === THRESHOLD_EVENTS ? 0x0fff : 0x7fff
      return {
        ...seed,
        eventSupport: one.support,
        supportedAssertions: one.assertions & events,
        supportedDeassertions: one.deassertions & events,
        settings: {
          ...settings,
          eventsEnabled: one.events,
          scanning: one.scanning,
          assertions: one.assertionsEnabled & one.assertions & events,
          deassertions: one.deassertionsEnabled & one.deassertions & events,
        },
      }
    }
    default:
      return seed
  }
}
