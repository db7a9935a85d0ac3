import type { SensorCommand, SensorPlace } from '../config.ts'
import type { Arguments } from '../lan-conf/arguments.ts'
import type { SourceRange } from '../source.ts'
import { type EmuCommand, readByte, readMc } from './command.ts'
import { readSensorOptions } from './poll.ts'
import type { EmulatorState } from './state.ts'

const THRESHOLD_EVENTS = 0x01
/** In the order of their numbers. */
const supportWords = ['none', 'readable', 'settable', 'fixed'] as const
const eventSupportWords = ['per-state', 'entire-sensor', 'global', 'none'] as const

/** Commands that make sensors and set them. */
export const sensorCommands: Readonly<Record<string, EmuCommand>> = {
  sensor_add: {
    usage: 'sensor_add MC LUN NUMBER TYPE EVENT-TYPE [poll MILLISECONDS file|program "PATH" OPTIONS...] [event-only]',
    read: (line, state, at) => readSensorAdd(line, state, at),
  },
  sensor_set_value: {
    usage: 'sensor_set_value MC LUN NUMBER VALUE EVENT',
    read: (line, state) => {
      const sensor = readSensor(line, state, 'threshold')
      const value = readByte(line, 'value')
      const event = readByte(line, 'event')
      if (sensor === undefined || value === undefined || event === undefined) return undefined
      return { kind: 'sensor-value', ...sensor, value, event: event !== 0 }
    },
  },
  sensor_set_bit: {
    usage: 'sensor_set_bit MC LUN NUMBER BIT VALUE EVENT',
    read: (line, state) => {
      const sensor = readSensor(line, state, 'states')
      const bit = line.integer('bit', 0, 14)
      const value = line.integer('value', 0, 1)
      const event = readByte(line, 'event')
      if (sensor === undefined || bit === undefined || value === undefined || event === undefined) return undefined
      return { kind: 'sensor-bit', ...sensor, bit, value: value === 1, clearRest: false, event: event !== 0 }
    },
  },
  sensor_set_bit_clr_rest: {
    usage: 'sensor_set_bit_clr_rest MC LUN NUMBER BIT EVENT',
    read: (line, state) => {
      const sensor = readSensor(line, state, 'states')
      const bit = line.integer('bit', 0, 14)
      const event = readByte(line, 'event')
      if (sensor === undefined || bit === undefined || event === undefined) return undefined
      return { kind: 'sensor-bit', ...sensor, bit, value: true, clearRest: true, event: event !== 0 }
    },
  },
  sensor_set_hysteresis: {
    usage: 'sensor_set_hysteresis MC LUN NUMBER none|readable|settable|fixed POSITIVE NEGATIVE',
    read: (line, state) => {
      const sensor = readSensor(line, state, 'threshold')
      const support = readSupport(line, supportWords)
      const positive = readByte(line, 'positive hysteresis')
      const negative = readByte(line, 'negative hysteresis')
      if (sensor === undefined || support === undefined || positive === undefined || negative === undefined)
        return undefined
      return { kind: 'sensor-hysteresis', ...sensor, support, positive, negative }
    },
  },
  sensor_set_threshold: {
    usage: 'sensor_set_threshold MC LUN NUMBER none|readable|settable|fixed MASK [UNR UC UNC LNR LC LNC]',
    read: (line, state) => {
      const sensor = readSensor(line, state, 'threshold')
      const support = readSupport(line, supportWords)
      const mask = readMask(line, 6)
      if (line.atEnd) {
        if (sensor === undefined || support === undefined || mask === undefined) return undefined
        return { kind: 'sensor-thresholds', ...sensor, support, mask, values: undefined }
      }
      const values = ['UNR', 'UC', 'UNC', 'LNR', 'LC', 'LNC']
        .map((threshold) => readByte(line, `threshold ${threshold}`))
        .filter((value) => value !== undefined)
      if (sensor === undefined || support === undefined || mask === undefined || values.length !== 6) return undefined
      return { kind: 'sensor-thresholds', ...sensor, support, mask, values: values.reverse() }
    },
  },
  sensor_set_event_support: {
    usage:
      'sensor_set_event_support MC LUN NUMBER enable|disable scanning|no-scanning per-state|entire-sensor|global|none ASSERTIONS DEASSERTIONS ASSERTIONS-ENABLED DEASSERTIONS-ENABLED',
    read: (line, state) => {
      const sensor = readSensor(line, state)
      const events = line.oneOf('events', ['enable', 'disable', 'true', 'false'])
      const scanning = line.oneOf('scanning', ['scanning', 'no-scanning', 'true', 'false'])
      const support = readSupport(line, eventSupportWords)
      const masks = [0, 1, 2, 3].map(() => readMask(line, 15)).filter((mask) => mask !== undefined)
      if (sensor === undefined || events === undefined || scanning === undefined) return undefined
      if (support === undefined || masks.length !== 4) return undefined
      const [assertions, deassertions, assertionsEnabled, deassertionsEnabled] = masks
      return {
        kind: 'sensor-events',
        ...sensor,
        events: events === 'enable' || events === 'true',
        scanning: scanning === 'scanning' || scanning === 'true',
        support,
        assertions,
        deassertions,
        assertionsEnabled,
        deassertionsEnabled,
      }
    },
  },
}

function readSensorAdd(line: Arguments, state: EmulatorState, at: SourceRange): SensorCommand | undefined {
  const mc = readMc(line, state)
  const lun = line.integer('LUN', 0, 3)
  const number = line.integer('sensor number', 0, 254)
  const type = readByte(line, 'sensor type')
  const eventType = line.integer('event type', 0, 0x7f)
  const options = readSensorOptions(line, state)
  if (mc === undefined || lun === undefined || number === undefined) return undefined
  if (state.eventType(mc, lun, number) !== undefined) {
    return line.wrong(at, `sensor ${number} on LUN ${lun} was added before; give this one another number`)
  }
  state.addSensor(mc, lun, number, eventType ?? THRESHOLD_EVENTS)
  if (type === undefined || eventType === undefined || options === undefined) return undefined
  return { kind: 'sensor-add', mc, lun, number, type, eventType, ...options }
}

/** A sensor that is there; `kind`: only one of that kind has what the command is about. */
function readSensor(line: Arguments, state: EmulatorState, kind?: 'threshold' | 'states'): SensorPlace | undefined {
  const mc = readMc(line, state)
  const lun = line.integer('LUN', 0, 3)
  const at = line.here()
  const number = line.integer('sensor number', 0, 254)
  if (mc === undefined || lun === undefined || number === undefined) return undefined
  const eventType = state.eventType(mc, lun, number)
  if (eventType === undefined) {
    return line.wrong(at, `there is no sensor ${number} on LUN ${lun} yet; write sensor_add before this line`)
  }
  if (kind === 'threshold' && eventType !== THRESHOLD_EVENTS) {
    return line.wrong(at, `sensor ${number} has states and no number; write sensor_set_bit for it`)
  }
  if (kind === 'states' && eventType === THRESHOLD_EVENTS) {
    return line.wrong(at, `sensor ${number} has a number, and its states follow from it; write sensor_set_value for it`)
  }
  return { mc, lun, number }
}

/** A word, or its number. */
function readSupport<const W extends string>(line: Arguments, words: readonly W[]): W | undefined {
  const said = line.oneOf('support', [...words, ...words.keys()].map(String))
  return words.find((word, number) => said === word || said === String(number))
}

/** A string of 0 and 1, the highest bit first. */
function readMask(line: Arguments, length: number): number | undefined {
  const word = line.required(`mask of ${length} bits`)
  if (word === undefined) return undefined
  if (word.text.length === length && /^[01]+$/.test(word.text)) return Number.parseInt(word.text, 2)
  return line.wrong(word.at, `mask "${word.text}" is not ${length} digits of 0 and 1`)
}
