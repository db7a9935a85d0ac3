import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { NodeConfig } from '../config.ts'
import { defaultSel } from '../defaults.ts'
import { readEmulator } from '../emu/read-emulator.ts'
import { didYouMean, nearest } from '../nearest.ts'
import { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile, type TextFile } from '../text-file.ts'
import { Arguments } from './arguments.ts'
import { Document } from './document.ts'
import { keywords } from './keywords.ts'
import { lanKeywords } from './lan-block.ts'
import { type LogicalLine, plainLines } from './lines.ts'
import type { McSection } from './mc-section.ts'
import { refusedKeywords } from './refused.ts'

export interface LanConfOptions {
  /** Path of the lan.conf, as the user wrote it. */
  readonly lanConf: string
  /** Path of the .emu file. Without one, `NAME.emu` beside the lan.conf is taken if it is there. */
  readonly emulator?: string
  /** One emulator command, run after the file. */
  readonly emulatorString?: string
  /** Folder that relative paths start at, in the options and in the files. */
  readonly cwd: string
}

/** Reads OpenIPMI's lan.conf with its .emu file. Throws ConfigError with everything that is wrong in both. */
export function readLanConf(options: LanConfOptions): NodeConfig {
  const problems = new Problems()
  const document = new Document(problems, resolve(options.cwd))
  const text = readTextFile(resolve(options.cwd, options.lanConf), options.lanConf, problems)
  if (text !== undefined) readText(text, document)
  const emulator = readEmulator({
    file: emulatorFile(options, document),
    command: options.emulatorString,
    cwd: document.cwd,
    variables: document.variables,
    knownMcs: [...document.sections.keys()],
    problems,
  })
  const bmc = document.sectionOf(emulator.bmc)
  for (const section of document.sections.values()) {
    if (section !== bmc && section.firstContent !== undefined)
      refuseSection(section, bmc.mc, section.firstContent, problems)
  }
  const guid = emulator.guid ?? oneGuid(bmc, problems)
  const at = document.nameAt ?? { file: options.lanConf, line: 1, column: 1, length: 1 }
  if (text !== undefined && document.nameAt === undefined) {
    problems.add(at, 'the node has no name; write a line like: name "node1"')
  }
  problems.check()
  return {
    name: document.name ?? '',
    at,
    cwd: document.cwd,
    personality: undefined,
    identity: { ...emulator.identity, guid },
    channels: bmc.channels,
    users: [...bmc.users.values()].sort((a, b) => a.id - b.id),
    machine: bmc.machine(at),
    vmLink: bmc.vmLink,
    sol: bmc.sol,
    sel: defaultSel,
    ipmbAddress: emulator.bmc,
    emulator: emulator.commands,
    emulatorVariables: document.variables,
    emulatorConsole: document.console,
  }
}

/** The reader of one lan.conf: line by line, each keyword by its table. */
function readText(source: TextFile, document: Document): void {
  for (const line of plainLines(source.file, source.text)) readLine(line, source, document)
  const { block, problems } = document
  if (block !== undefined) problems.add(block.at, 'this LAN block has no end; write endlan after its last line')
}

function readLine(line: LogicalLine, source: TextFile, document: Document): void {
  const { problems } = document
  const args = new Arguments(line, document.variables, source.encoding, problems)
  const word = args.word()
  if (word === undefined || word.text === '') return
  const { text, at } = word
  if (document.block !== undefined && readInBlock(text, at, args, document)) return
  const keyword = Object.hasOwn(keywords, text) ? keywords[text] : undefined
  if (keyword === undefined) {
    problems.add(at, unknownKeyword(text))
    hideRest(text, args)
    return
  }
  if (keyword.ofMc) document.section.firstContent ??= at
  args.usage = keyword.usage
  keyword.read(args, document, at)
}

/** A line between `startlan` and `endlan`; false where the block turns out to have no end. */
function readInBlock(text: string, at: SourceRange, args: Arguments, document: Document): boolean {
  const { block, problems } = document
  if (block === undefined) return false
  if (text === 'endlan') {
    block.end()
    document.block = undefined
    return true
  }
  const keyword = Object.hasOwn(lanKeywords, text) ? lanKeywords[text] : undefined
  if (keyword !== undefined) {
    args.usage = keyword.usage
    keyword.read(args, block)
    return true
  }
  if (text === 'startlan') {
    problems.add(at, `the LAN block of line ${block.at.line} has no end yet; write endlan before this line`)
    document.block = undefined
    return false
  }
  if (Object.hasOwn(keywords, text)) {
    problems.add(at, `"${text}" does not belong into a LAN block; write it after endlan`)
    hideRest(text, args)
    return true
  }
  problems.add(at, unknownKeyword(text))
  hideRest(text, args)
  return true
}

function unknownKeyword(text: string): string {
  if (Object.hasOwn(refusedKeywords, text)) return refusedKeywords[text]
  if (text === 'endlan') return 'there is no LAN block to end here; write startlan CHANNEL before it, or remove it'
  if (Object.hasOwn(lanKeywords, text))
    return `"${text}" belongs into a LAN block; write it between startlan and endlan`
  return `unknown keyword "${text}"${didYouMean(text, [...Object.keys(keywords), ...Object.keys(lanKeywords), 'endlan'])}`
}

/** A line that is not read may hold a password all the same, and it is going to be shown. */
function hideRest(text: string, args: Arguments): void {
  const meant = nearest(text, [...Object.keys(keywords), ...Object.keys(lanKeywords)])
  if (meant === 'user' || meant === 'bmc_key') args.hideRest()
}

function emulatorFile(options: LanConfOptions, document: Document): string | undefined {
  if (options.emulator !== undefined) return options.emulator
  const { name } = document
  if (name === undefined || name === '' || basename(name) !== name) return undefined
  const beside = join(dirname(options.lanConf), `${name}.emu`)
  return existsSync(resolve(options.cwd, beside)) ? beside : undefined
}

function refuseSection({ mc }: McSection, bmc: number, at: SourceRange, problems: Problems): void {
  const [other, own] = [mc, bmc].map((address) => `0x${address.toString(16)}`)
  problems.add(
    at,
    `this belongs to MC ${other}, and only the BMC itself (${own}) can have it in this version; move it before "set_working_mc ${other}" or remove it`,
  )
}

/** ipmi_sim keeps a GUID for each LAN channel; a server has one. */
function oneGuid(bmc: McSection, problems: Problems): Uint8Array | undefined {
  const [first, ...others] = bmc.guids
  for (const other of others) {
    if (Buffer.compare(first.bytes, other.bytes) !== 0) {
      problems.add(
        other.at,
        `this differs from the GUID of line ${first.at.line}, and a BMC has one; write the same, or remove it`,
      )
    }
  }
  return first?.bytes
}
