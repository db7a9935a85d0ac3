import type { Arguments } from '../lan-conf/arguments.ts'
import { didYouMean } from '../nearest.ts'
import type { SourceRange } from '../source.ts'
import { type EmuCommand, readByte, readMc } from './command.ts'
import { type EmulatorState, sensorKey } from './state.ts'

const MAX_POLL_MS = 86_400_000
const pollFlags = ['raw', 'ascii', 'event-only']
const pollNumbers = ['offset', 'length', 'base', 'mask', 'sub', 'mult', 'div', 'initstate']
/** In the order of their numbers. */
const supportWords = ['none', 'readable', 'settable', 'fixed']

/** Commands that make sensors and set them. */
export const sensorCommands: Readonly<Record<string, EmuCommand>> = {
  sensor_add: {
    usage: 'sensor_add MC LUN NUMBER TYPE EVENT-TYPE [poll MILLISECONDS file "PATH" OPTIONS...] [event-only]',
    read: (line, state, at) => readSensorAdd(line, state, at),
  },
  sensor_set_value: {
    usage: 'sensor_set_value MC LUN NUMBER VALUE EVENT',
    read: (line, state) => {
      const sensor = readSensor(line, state)
      const value = readByte(line, 'value')
      const event = readByte(line, 'event')
      if (sensor === undefined || value === undefined || event === undefined) return undefined
      return { kind: 'sensor-value', ...sensor, value }
    },
  },
  sensor_set_bit: {
    usage: 'sensor_set_bit MC LUN NUMBER BIT VALUE EVENT',
    read: (line, state) => {
      readSensor(line, state)
      line.integer('bit', 0, 14)
      line.integer('value', 0, 1)
      readByte(line, 'event')
      return 'other'
    },
  },
  sensor_set_bit_clr_rest: {
    usage: 'sensor_set_bit_clr_rest MC LUN NUMBER BIT EVENT',
    read: (line, state) => {
      readSensor(line, state)
      line.integer('bit', 0, 14)
      readByte(line, 'event')
      return 'other'
    },
  },
  sensor_set_hysteresis: {
    usage: 'sensor_set_hysteresis MC LUN NUMBER none|readable|settable|fixed POSITIVE NEGATIVE',
    read: (line, state) => {
      readSensor(line, state)
      readSupport(line, supportWords)
      readByte(line, 'positive hysteresis')
      readByte(line, 'negative hysteresis')
      return 'other'
    },
  },
  sensor_set_threshold: {
    usage: 'sensor_set_threshold MC LUN NUMBER none|readable|settable|fixed MASK UNR UC UNC LNR LC LNC',
    read: (line, state) => {
      readSensor(line, state)
      readSupport(line, supportWords)
      readMask(line, 6)
      for (const threshold of ['UNR', 'UC', 'UNC', 'LNR', 'LC', 'LNC']) readByte(line, `threshold ${threshold}`)
      return 'other'
    },
  },
  sensor_set_event_support: {
    usage:
      'sensor_set_event_support MC LUN NUMBER enable|disable scanning|no-scanning per-state|entire-sensor|global|none ASSERTIONS DEASSERTIONS ASSERTIONS-ENABLED DEASSERTIONS-ENABLED',
    read: (line, state) => {
      readSensor(line, state)
      line.oneOf('events', ['enable', 'disable', 'true', 'false'])
      line.oneOf('scanning', ['scanning', 'no-scanning', 'true', 'false'])
      readSupport(line, ['per-state', 'entire-sensor', 'global', 'none'])
      for (let mask = 0; mask < 4; mask++) readMask(line, 15)
      return 'other'
    },
  },
}

function readSensorAdd(line: Arguments, state: EmulatorState, at: SourceRange) {
  const mc = readMc(line, state)
  const lun = line.integer('LUN', 0, 3)
  const number = line.integer('sensor number', 0, 254)
  const type = readByte(line, 'sensor type')
  const eventType = readByte(line, 'event type')
  readPoller(line)
  if (mc === undefined || lun === undefined || number === undefined) return undefined
  const key = sensorKey(mc, lun, number)
  if (state.sensors.has(key)) {
    return line.wrong(at, `sensor ${number} on LUN ${lun} was added before; give this one another number`)
  }
  state.sensors.add(key)
  if (type === undefined || eventType === undefined) return undefined
  return { kind: 'sensor-add', mc, lun, number, type, eventType } as const
}

/** Where a sensor's value comes from; read and checked here, and left to a later version. */
function readPoller(line: Arguments): void {
  while (!line.atEnd) {
    const word = line.word()
    if (word === undefined || word.text === '') return
    if (word.text === 'event-only') continue
    if (word.text !== 'poll') {
      line.wrong(word.at, `"${word.text}" is no sensor option${didYouMean(word.text, ['poll', 'event-only'])}`)
      continue
    }
    line.integer('milliseconds', 0, MAX_POLL_MS)
    line.oneOf('poller', ['file'])
    line.string('path')
    for (const option of line.words()) checkPollOption(line, option.text, option.at)
  }
}

function checkPollOption(line: Arguments, text: string, at: SourceRange): void {
  if (pollFlags.includes(text)) return
  const [name, value] = text.split('=', 2)
  if (value !== undefined && pollNumbers.includes(name) && /^-?(0x[0-9a-f]+|\d+)$/i.test(value)) return
  if (name === 'depends' && /^([^,]+,){3}[^,]+$/.test(value ?? '')) return
  const known = [...pollFlags, ...pollNumbers, 'depends']
  if (known.includes(name))
    line.wrong(at, `"${text}" is not ${name === 'depends' ? 'depends=MC,LUN,SENSOR,BIT' : `${name}=NUMBER`}`)
  else line.wrong(at, `"${text}" is no option of a polled file${didYouMean(name, known)}`)
}

function readSensor(line: Arguments, state: EmulatorState): { mc: number; lun: number; number: number } | undefined {
  const mc = readMc(line, state)
  const lun = line.integer('LUN', 0, 3)
  const at = line.here()
  const number = line.integer('sensor number', 0, 254)
  if (mc === undefined || lun === undefined || number === undefined) return undefined
  if (state.sensors.has(sensorKey(mc, lun, number))) return { mc, lun, number }
  return line.wrong(at, `there is no sensor ${number} on LUN ${lun} yet; write sensor_add before this line`)
}

/** A word, or its number. */
function readSupport(line: Arguments, words: readonly string[]): void {
  line.oneOf('support', [...words, ...words.keys()].map(String))
}

/** A string of 0 and 1, the highest bit first. */
function readMask(line: Arguments, length: number): void {
  const word = line.required(`mask of ${length} bits`)
  if (word === undefined || (word.text.length === length && /^[01]+$/.test(word.text))) return
  line.wrong(word.at, `mask "${word.text}" is not ${length} digits of 0 and 1`)
}
