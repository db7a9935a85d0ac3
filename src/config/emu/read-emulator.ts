import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { EmulatorCommand, IdentityConfig } from '../config.ts'
import { defaultIdentity } from '../defaults.ts'
import { Arguments, type Variables } from '../lan-conf/arguments.ts'
import { joinedLines, type LogicalLine } from '../lan-conf/lines.ts'
import { didYouMean } from '../nearest.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile, type TextEncoding, type TextFile } from '../text-file.ts'
import type { EmuCommand } from './command.ts'
import { mcCommands } from './mc-commands.ts'
import { sensorCommands } from './sensor-commands.ts'
import { EmulatorState } from './state.ts'

/** Where ipmi_sim looks for an included file that is not at its path. */
const SYSTEM_FOLDER = '/etc/ipmi'
const MAX_DEPTH = 16

export interface EmulatorOptions {
  /** Undefined: a BMC needs none. */
  readonly file: string | undefined
  readonly command: string | undefined
  readonly cwd: string
  /** Shared with lan.conf. */
  readonly variables: Variables
  /** MCs that lan.conf names. */
  readonly knownMcs: readonly number[]
  readonly problems: Problems
}

export interface Emulator {
  /** IPMB address of the BMC. */
  readonly bmc: number
  readonly identity: IdentityConfig
  /** What mc_set_guid gave the BMC. */
  readonly guid: Uint8Array | undefined
  readonly commands: readonly EmulatorCommand[]
}

/** Reads a .emu file and then one more command, as ipmi_sim runs them at its start. */
export function readEmulator(options: EmulatorOptions): Emulator {
  const { cwd, problems, variables } = options
  const state = new EmulatorState(problems, variables, options.knownMcs)
  const reader: Reader = { state, cwd, open: [] }
  if (options.file !== undefined) {
    const path = resolve(cwd, options.file)
    const source = readTextFile(path, options.file, problems)
    if (source !== undefined) readSource(source, path, reader)
  }
  if (options.command !== undefined) {
    problems.text('-x', options.command)
    readSource({ file: '-x', text: options.command, encoding: 'utf8' }, join(cwd, '-x'), reader)
  }
  return {
    bmc: state.bmc,
    identity: state.identities.get(state.bmc) ?? defaultIdentity,
    guid: state.guids.get(state.bmc),
    commands: state.commands,
  }
}

interface Reader {
  readonly state: EmulatorState
  readonly cwd: string
  /** Paths of the files being read, the including ones first. */
  readonly open: string[]
}

function readSource(source: TextFile, path: string, reader: Reader): void {
  reader.open.push(path)
  for (const line of joinedLines(source.file, source.text)) readLine(line, source.encoding, reader)
  reader.open.pop()
}

function readLine(line: LogicalLine, encoding: TextEncoding, reader: Reader): void {
  const { state } = reader
  const args = new Arguments(line, state.variables, encoding, state.problems, { characters: true })
  const word = args.word()
  if (word === undefined || word.text === '') return
  if (word.text === 'include' || word.text === 'read_cmds') {
    args.usage = `${word.text} "FILE"`
    include(args, reader)
    return
  }
  const command = Object.hasOwn(commands, word.text) ? commands[word.text] : undefined
  if (command === undefined) {
    const known = [...Object.keys(commands), 'include', 'read_cmds']
    state.problems.add(word.at, `unknown command "${word.text}"${didYouMean(word.text, known)}`)
    return
  }
  args.usage = command.usage
  const result = command.read(args, state, word.at)
  if (result === undefined) return
  state.commands.push(result === 'other' ? other(line) : result)
  // How a sensor is polled has no place in the sensor itself.
  if (typeof result === 'object' && result.kind === 'sensor-add' && /\spoll(\s|$)/.test(line.text)) {
    state.commands.push(other(line))
  }
}

function other(line: LogicalLine): EmulatorCommand {
  const words = line.text.trim().split(/\s+/)
  return { kind: 'other', name: words[0], words }
}

function include(args: Arguments, reader: Reader): void {
  const word = args.string('file')
  if (word === undefined) return
  const { problems } = reader.state
  if (word.text === '') {
    problems.add(word.at, 'the file name is empty; write include "FILE"')
    return
  }
  const path = findIncluded(word.text, reader)
  if (reader.open.includes(path) || reader.open.length >= MAX_DEPTH) {
    problems.add(
      word.at,
      `"${word.text}" is being read already: files include each other in a circle; remove this line`,
    )
    return
  }
  const source = readTextFile(path, word.text, problems, word.at)
  if (source !== undefined) readSource(source, path, reader)
}

/** From the working directory, from the including file's folder, and, for a bare name, from ipmi_sim's folder. */
function findIncluded(name: string, { cwd, open }: Reader): string {
  const candidates = [resolve(cwd, name), resolve(dirname(open[open.length - 1]), name)]
  if (!/^\.{0,2}\//.test(name)) candidates.push(join(SYSTEM_FOLDER, name))
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0]
}

const generalCommands: Readonly<Record<string, EmuCommand>> = {
  define: {
    usage: 'define VARIABLE "VALUE"',
    read: (line, state) => {
      const variable = line.required('variable name')
      const value = line.string('value')
      if (variable !== undefined && value !== undefined) state.variables.set(variable.text, value.text)
      return undefined
    },
  },
  quit: {
    usage: 'quit',
    read: (line: Arguments, _state: EmulatorState, at: SourceRange) =>
      line.wrong(at, 'quit would end the BMC as soon as it starts; remove the line'),
  },
  sleep: {
    usage: 'sleep MILLISECONDS',
    read: (line) => (line.integer('milliseconds', 0, 0xffffffff) === undefined ? undefined : 'other'),
  },
  debug: {
    usage: 'debug [raw] [msg] [sol]',
    read: () => 'other',
  },
  persist: {
    usage: 'persist on|off',
    read: (line) => (line.oneOf('value', ['on', 'off']) === undefined ? undefined : 'other'),
  },
  atca_enable: { usage: 'atca_enable', read: () => 'other' },
  atca_set_site: {
    usage: 'atca_set_site HARDWARE-ADDRESS TYPE NUMBER',
    read: (line) => {
      for (const what of ['hardware address', 'type', 'number']) line.integer(what, 0, 255)
      return 'other'
    },
  },
  noecho: { usage: 'noecho', read: () => 'other' },
}

const commands: Readonly<Record<string, EmuCommand>> = { ...generalCommands, ...mcCommands, ...sensorCommands }
