import type { SolConfig, VmLinkConfig } from '../config.ts'
import { defaultHistoryKiB, maxHistoryKiB, systemInterfaceChannel } from '../defaults.ts'
import { didYouMean } from '../nearest.ts'
import { readSerialDevice } from '../serial-device.ts'
import { type Arguments, cInteger } from './arguments.ts'
import { readHost, readPort } from './lan-block.ts'
import { refusedSerialOptions, refusedSolOptions } from './refused.ts'

const codecs = ['VM', 'Direct', 'TerminalMode', 'RadisysAscii']
/** Names for the system interface; which one the VM has is its own business and seen from the VM's side. */
const interfaceNames = ['kcs', 'bt', 'smic', 'ssif']
const bauds = [9600, 19200, 38400, 57600, 115200] as const

/** `serial CHANNEL ADDRESS PORT codec VM`: where QEMU's ipmi-bmc-extern connects to. */
export function readSerial(line: Arguments): VmLinkConfig | undefined {
  const at = line.here()
  const channel = readChannel(line)
  const host = readHost(line)
  const port = readPort(line, 1)
  let codec: string | undefined
  let refused = false
  while (!line.atEnd) {
    const option = line.word()
    if (option === undefined || option.text === '') continue
    if (option.text === 'codec') {
      const word = line.required('codec name')
      if (word === undefined) continue
      codec = line.choose(word, 'codec', codecs)
      if (codec !== undefined && codec !== 'VM') {
        line.wrong(word.at, `codec ${codec} is not honoured in this version; write codec VM, the one that QEMU speaks`)
      }
      refused ||= codec !== 'VM'
    } else if (Object.hasOwn(refusedSerialOptions, option.text)) {
      line.wrong(option.at, refusedSerialOptions[option.text])
      refused = true
      if (option.text !== 'connect') line.word()
    } else {
      const known = ['codec', ...Object.keys(refusedSerialOptions)]
      line.wrong(option.at, `"${option.text}" is no serial option${didYouMean(option.text, known)}; write codec VM`)
      refused = true
    }
  }
  if (codec === undefined && !refused) line.missing('codec VM')
  if (channel === undefined || host === undefined || port === undefined || codec !== 'VM') return undefined
  return { channel, host, port, at }
}

function readChannel(line: Arguments): number | undefined {
  const word = line.required('channel')
  if (word === undefined) return undefined
  if (interfaceNames.includes(word.text)) return systemInterfaceChannel
  const channel = cInteger(word.text)
  if (channel === systemInterfaceChannel) return channel
  if (channel === undefined) {
    return line.wrong(
      word.at,
      `channel "${word.text}" is neither a number nor one of ${interfaceNames.join(', ')}; write 15`,
    )
  }
  return line.wrong(word.at, `channel ${word.text}: a VM is reached through the system interface only; write 15`)
}

/** `sol DEVICE BAUD [options]`. */
export function readSol(line: Arguments, cwd: string): SolConfig | undefined {
  const at = line.here()
  const device = line.string('device')
  const baud = readBaud(line)
  let rtsCts = true
  let historyKiB = defaultHistoryKiB
  for (const { text, at: optionAt } of line.words()) {
    const [name] = text.split('=', 1)
    if (text === 'nortscts') rtsCts = false
    else if (name === 'history' && text.includes('=')) {
      const [size, ...more] = text.slice('history='.length).split(',')
      const bytes = cInteger(size)
      if (bytes === undefined || bytes > maxHistoryKiB * 1024) {
        line.wrong(optionAt, `history size "${size}" is not a number of bytes up to ${maxHistoryKiB * 1024}`)
      } else {
        historyKiB = Math.ceil(bytes / 1024)
      }
      for (const option of more) {
        const [word] = option.split('=', 1)
        if (word === 'backupfile') line.wrong(optionAt, refusedSolOptions.backupfile)
        else line.wrong(optionAt, `"${option}" is no history option; write history=SIZE alone`)
      }
    } else if (Object.hasOwn(refusedSolOptions, name)) {
      line.wrong(optionAt, refusedSolOptions[name])
    } else {
      const known = ['history', 'nortscts', ...Object.keys(refusedSolOptions)]
      line.wrong(optionAt, `"${text}" is no sol option${didYouMean(name, known)}; write history=SIZE or nortscts`)
    }
  }
  if (device === undefined) return undefined
  const read = readSerialDevice(device.text, cwd, { pty: false, rtsCts })
  if (read.device === undefined) return line.wrong(device.at, read.wrong)
  return baud === undefined ? undefined : { at, baud, device: read.device, historyKiB }
}

function readBaud(line: Arguments): SolConfig['baud'] | undefined {
  const word = line.required('bit rate')
  if (word === undefined) return undefined
  const value = cInteger(word.text)
  const known = bauds.find((baud) => baud === value)
  return known ?? line.wrong(word.at, `bit rate "${word.text}" is not one of ${bauds.join(', ')}`)
}
