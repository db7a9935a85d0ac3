import { DecodeError } from '../../base/bytes.ts'
import { plainSensor, type SensorSeed, seedOfSdr, THRESHOLD_EVENTS } from '../../bmc/sensors/sensor-seeds.ts'
import type { SensorCommand } from '../../config/config.ts'
import { sensorTypes } from '../../config/personality/words.ts'
import { decodeSdr } from '../../ipmi/sdr.ts'

/**
 * What the emulator's sensor commands make of a sensor. One meaning for both times they are given: in a file, before the BMC
 * is there, and at a console, while it runs.
 */
export type SensorAdd = Extract<SensorCommand, { kind: 'sensor-add' }>
export type SensorChange = Exclude<SensorCommand, SensorAdd>

/** A sensor as a record describes it, and the controller that the record says has it. */
export interface DescribedSensor {
  readonly owner: number
  readonly seed: SensorSeed
}

/** Undefined for a record about no sensor. One that does not fit its type says nothing; it is served as it is. */
export function describedBy(record: Uint8Array): DescribedSensor | undefined {
  try {
    const sdr = decodeSdr(record)
    if (sdr === undefined || !('ownerId' in sdr)) return undefined
    const seed = seedOfSdr(sdr)
    return seed && { owner: sdr.ownerId, seed }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** Settings come from an SDR of the same sensor that was there before, as ipmi_sim does it. */
export function addedSensor(command: SensorAdd, described: readonly DescribedSensor[]): SensorSeed {
  const { mc, lun, number, type, eventType, eventOnly, poll } = command
  const found = described.find(({ owner, seed }) => owner === mc && seed.lun === lun && seed.number === number)?.seed
  const seed = found ?? plainSensor({ lun, number, sensorType: type, eventType })
  // States are none at first, as in ipmi_sim; a number is not known before it is set, nor is what is measured.
  const value = eventType === THRESHOLD_EVENTS || poll !== undefined ? undefined : 0
  return {
    ...seed,
    signal: { kind: 'fixed', value },
    name: found?.name ?? sensorName(type, number),
    type,
    eventType,
    eventOnly,
    ...(poll === undefined ? {} : { polled: { initState: poll.initState } }),
  }
}

/** `Temperature 1`: what it is, and its number. */
function sensorName(type: number, number: number): string {
  const word = Object.entries(sensorTypes).find(([, value]) => value === type)?.[0] ?? 'sensor'
  return `${`${word[0].toUpperCase()}${word.slice(1)}`.slice(0, 12)} ${number}`
}

/** Raw byte or state bits after a command, where they were `before`; undefined where it is about something else. */
export function newValue(command: SensorChange, before: number): number | undefined {
  if (command.kind === 'sensor-value') return command.value
  if (command.kind !== 'sensor-bit') return undefined
  const bit = 1 << command.bit
  const rest = command.clearRest ? 0 : before
  return command.value ? rest | bit : rest & ~bit
}

export function changedSensor(seed: SensorSeed, command: SensorChange): SensorSeed {
  const { settings } = seed
  switch (command.kind) {
    case 'sensor-value':
    case 'sensor-bit': {
      const before = seed.signal.kind === 'fixed' ? (seed.signal.value ?? 0) : 0
      const announce = command.event && seed.supportedAssertions !== 0
      return { ...seed, signal: { kind: 'fixed', value: newValue(command, before) }, announce }
    }
    case 'sensor-hysteresis': {
      const { support, positive: positiveHysteresis, negative: negativeHysteresis } = command
      return { ...seed, hysteresisSupport: support, settings: { ...settings, positiveHysteresis, negativeHysteresis } }
    }
    case 'sensor-thresholds': {
      const settableThresholds = command.support === 'settable' ? command.mask : 0
      const readableThresholds = command.support === 'none' ? 0 : command.mask
      const thresholds = command.values ?? settings.thresholds
      return { ...seed, readableThresholds, settableThresholds, settings: { ...settings, thresholds } }
    }
    case 'sensor-events': {
      const events = seed.eventType === THRESHOLD_EVENTS ? 0x0fff : 0x7fff
      return {
        ...seed,
        eventSupport: command.support,
        supportedAssertions: command.assertions & events,
        supportedDeassertions: command.deassertions & events,
        settings: {
          ...settings,
          eventsEnabled: command.events,
          scanning: command.scanning,
          assertions: command.assertionsEnabled & command.assertions & events,
          deassertions: command.deassertionsEnabled & command.deassertions & events,
        },
      }
    }
  }
}
