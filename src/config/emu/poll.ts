import type { PollConfig } from '../config.ts'
import { type Arguments, cInteger, type Word } from '../lan-conf/arguments.ts'
import { didYouMean } from '../nearest.ts'
import type { EmulatorState } from './state.ts'

const MAX_POLL_MS = 86_400_000
const flags = ['raw', 'ascii'] as const
/** Each with its least and most. */
const numbers = {
  offset: [0, 0x7fffffff],
  length: [1, 4],
  base: [0, 36],
  mask: [0, 0xffffffff],
  sub: [-0x80000000, 0x7fffffff],
  mult: [-0x80000000, 0x7fffffff],
  div: [-0x80000000, 0x7fffffff],
  initstate: [0, 0x7fff],
} as const
type NumberName = keyof typeof numbers

interface SensorOptions {
  readonly eventOnly: boolean
  readonly poll: PollConfig | undefined
}

/** What follows the event type in sensor_add: `poll ...`, `event-only`. Undefined: something is wrong. */
export function readSensorOptions(line: Arguments, state: EmulatorState): SensorOptions | undefined {
  const before = state.problems.count
  const poll: { config: PollConfig | undefined } = { config: undefined }
  let eventOnly = false
  while (!line.atEnd) {
    const word = line.word()
    if (word === undefined || word.text === '') break
    if (word.text === 'event-only') eventOnly = true
    else if (word.text === 'poll' && poll.config === undefined) {
      const found = readPoll(line, state)
      eventOnly ||= found.eventOnly
      poll.config = found.poll
    } else {
      line.wrong(word.at, `"${word.text}" is no sensor option${didYouMean(word.text, ['poll', 'event-only'])}`)
    }
  }
  return state.problems.count === before ? { eventOnly, poll: poll.config } : undefined
}

function readPoll(line: Arguments, state: EmulatorState): SensorOptions {
  const everyMs = line.integer('milliseconds', 1, MAX_POLL_MS)
  const kind = line.oneOf('poller', ['file', 'program'])
  const what = line.string(kind === 'program' ? 'command' : 'path')
  let eventOnly = false
  let form: PollConfig['form'] = 'ascii'
  let depends: PollConfig['depends']
  const found: Record<NumberName, number | undefined> = { ...none }
  for (const word of line.words()) {
    const [name, value = ''] = word.text.split('=', 2)
    const flag = flags.find((candidate) => candidate === word.text)
    if (word.text === 'event-only') eventOnly = true
    else if (flag !== undefined) form = flag
    else if (isNumberName(name)) found[name] = readNumber(line, word, name, value)
    else if (name === 'depends') depends = readDepends(line, word, value, state)
    else {
      const known = [...flags, 'event-only', ...Object.keys(numbers), 'depends']
      line.wrong(word.at, `"${word.text}" is no option of a polled sensor${didYouMean(name, known)}`)
    }
  }
  if (what !== undefined && what.text === '') line.wrong(what.at, 'the name is empty; name what is to be looked at')
  if (everyMs === undefined || kind === undefined || what === undefined) return { eventOnly, poll: undefined }
  if (!state.allows(kind === 'file' ? 'files' : 'programs', what.at)) return { eventOnly, poll: undefined }
  if (form === 'raw' && kind === 'program') {
    line.wrong(what.at, 'a program prints its number as text; leave raw away')
  } else if (form === 'raw' && found.length === undefined) {
    line.wrong(what.at, 'raw takes a number of bytes; write length=1 to length=4 behind it')
  }
  if (found.div === 0) line.wrong(what.at, 'div=0 divides by zero; write another number')
  const { offset = 0, length = 0, base = 0, mask = 0xffffffff, sub = 0, mult = 1, div = 1, initstate = 0 } = found
  const source = kind === 'file' ? { kind, path: what.text } : { kind, command: what.text }
  const poll = { everyMs, source, form, offset, length, base, mask, sub, mult, div, initState: initstate, depends }
  return { eventOnly, poll }
}

const none: Record<NumberName, undefined> = {
  offset: undefined,
  length: undefined,
  base: undefined,
  mask: undefined,
  sub: undefined,
  mult: undefined,
  div: undefined,
  initstate: undefined,
}

function isNumberName(name: string): name is NumberName {
  return Object.hasOwn(numbers, name)
}

function readNumber(line: Arguments, word: Word, name: NumberName, text: string): number | undefined {
  const [least, most] = numbers[name]
  const size = cInteger(text.replace(/^-/, ''))
  if (size === undefined) return line.wrong(word.at, `"${word.text}" is not ${name}=NUMBER`)
  const value = text.startsWith('-') ? -size : size
  const wrongBase = name === 'base' && value === 1
  if (value >= least && value <= most && !wrongBase) return value
  return line.wrong(word.at, `${name} ${text} is out of range; write ${least} to ${most}`)
}

/** `MC,LUN,SENSOR,BIT`. */
function readDepends(line: Arguments, word: Word, text: string, state: EmulatorState): PollConfig['depends'] {
  const parts = text.split(',').map((part) => cInteger(part))
  const [mc, lun, number, bit] = parts
  if (parts.length !== 4 || mc === undefined || lun === undefined || number === undefined || bit === undefined) {
    return line.wrong(word.at, `"${word.text}" is not depends=MC,LUN,SENSOR,BIT`)
  }
  if (bit > 14) return line.wrong(word.at, `bit ${bit} is out of range; write 0 to 14`)
  if (!state.hasMc(mc) || state.eventType(mc, lun, number) === undefined) {
    return line.wrong(word.at, `there is no sensor ${number} on LUN ${lun} yet; write its sensor_add before this line`)
  }
  return { mc, lun, number, bit }
}
