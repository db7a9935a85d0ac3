import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { IdentityConfig, PlacedCommand } from '../config.ts'
import { defaultIdentity } from '../defaults.ts'
import { Arguments, type Variables } from '../lan-conf/arguments.ts'
import { DEFAULT_BMC } from '../lan-conf/document.ts'
import { joinedLines, type LogicalLine } from '../lan-conf/lines.ts'
import { didYouMean } from '../nearest.ts'
import { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile, type TextEncoding, type TextFile } from '../text-file.ts'
import type { EmuCommand } from './command.ts'
import { generalCommands } from './general-commands.ts'
import { mcCommands } from './mc-commands.ts'
import { sensorCommands } from './sensor-commands.ts'
import { EmulatorState, type KnownMcs, type Trust } from './state.ts'

/** Where ipmi_sim looks for an included file that is not at its path. */
const SYSTEM_FOLDER = '/etc/ipmi'
const MAX_DEPTH = 16
/** All that one start, or one line of a console, may bring in, each include counted as often as it is read. */
const MAX_CHARACTERS = 1024 * 1024

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
  readonly commands: readonly PlacedCommand[]
}

/** Reads a .emu file and then one more command, as ipmi_sim runs them at its start. */
export function readEmulator(options: EmulatorOptions): Emulator {
  const { cwd, problems, variables } = options
  const state = new EmulatorState(problems, variables, namedIn(options.knownMcs), { files: true, programs: true }, cwd)
  const reader: Reader = { state, cwd, open: [], commands: [], characters: 0 }
  if (options.file !== undefined) {
    const path = resolve(cwd, options.file)
    const source = readTextFile(path, options.file, problems)
    if (source !== undefined) readSource(source, path, reader)
  }
  if (options.command !== undefined) readText('-x', options.command, reader)
  const own = reader.commands.filter((one) => 'mc' in one && one.mc === state.bmc)
  return {
    bmc: state.bmc,
    identity: own.find((one) => one.kind === 'mc-add')?.identity ?? defaultIdentity,
    guid: own.findLast((one) => one.kind === 'mc-guid')?.guid,
    commands: reader.commands,
  }
}

export interface LiveOptions {
  /** One line of the language, or several that backslashes join. */
  readonly text: string
  readonly cwd: string
  readonly variables: Variables
  readonly known: KnownMcs
  readonly trust: Trust
}

/** Reads what was typed at a running node: the same words, checked against what is there now. Throws ConfigError. */
export function readEmulatorLine({ text, cwd, variables, known, trust }: LiveOptions): readonly PlacedCommand[] {
  const problems = new Problems()
  const state = new EmulatorState(problems, variables, known, trust, cwd)
  const reader: Reader = { state, cwd, open: [], commands: [], characters: 0 }
  readText('line', text, reader)
  problems.check()
  return reader.commands
}

interface Reader {
  readonly state: EmulatorState
  readonly cwd: string
  /** Paths of the files being read, the including ones first. */
  readonly open: string[]
  readonly commands: PlacedCommand[]
  characters: number
}

function namedIn(knownMcs: readonly number[]): KnownMcs {
  return {
    bmc: DEFAULT_BMC,
    running: false,
    hasMc: (mc) => mc === DEFAULT_BMC || knownMcs.includes(mc),
    isAdded: () => false,
    hasDeviceSdrs: () => false,
    hasSel: () => false,
    eventType: () => undefined,
  }
}

function readText(file: string, text: string, reader: Reader): void {
  reader.state.problems.text(file, text)
  readSource({ file, text, encoding: 'utf8' }, join(reader.cwd, file), reader)
}

function readSource(source: TextFile, path: string, reader: Reader): void {
  reader.characters += source.text.length
  if (reader.characters > MAX_CHARACTERS) {
    const at = { file: source.file, line: 1, column: 1, length: 1 }
    reader.state.problems.add(at, `with this there are more than ${MAX_CHARACTERS} characters of commands; write fewer`)
    return
  }
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
    include(args, word.at, reader)
    return
  }
  const command = Object.hasOwn(commands, word.text) ? commands[word.text] : undefined
  if (command === undefined) {
    const known = [...Object.keys(commands), 'include', 'read_cmds']
    state.problems.add(word.at, `unknown command "${word.text}"${didYouMean(word.text, known)}`)
    return
  }
  args.usage = command.usage
  const read = command.read(args, state, word.at)
  if (read !== undefined) reader.commands.push({ ...read, at: word.at })
}

function include(args: Arguments, at: SourceRange, reader: Reader): void {
  const word = args.string('file')
  if (word === undefined || !reader.state.allows('files', at)) return
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

const commands: Readonly<Record<string, EmuCommand>> = { ...generalCommands, ...mcCommands, ...sensorCommands }

/** Every word that a line may begin with, for whoever helps with typing. */
export const emulatorWords: readonly string[] = ['include', 'read_cmds', ...Object.keys(commands)]
