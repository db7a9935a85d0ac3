import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { runProgram } from '../../backends/command/run-program.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { PollConfig } from '../../config/config.ts'

/** A number in text is looked for in so many bytes. */
const TEXT_BYTES = 99
const MOST = 0xff
const STATES = 0x7fff

export interface PollSurroundings {
  readonly cwd: string
  readonly clock: Clock
  readonly log: Logger
}

/** Looks once; the result is a raw byte for a sensor with thresholds, else state bits. Rejects with what is in the way. */
export async function pollOnce(poll: PollConfig, threshold: boolean, around: PollSurroundings): Promise<number> {
  const value = computed(poll, await found(poll, around))
  return threshold ? Math.min(Math.max(value, 0), MOST) : value & STATES
}

async function found(poll: PollConfig, { cwd, clock, log }: PollSurroundings): Promise<number> {
  const { source, offset } = poll
  if (source.kind === 'program') {
    const text = await runProgram({ program: source.command, cwd, clock, log }, [], 'wrong-state')
    return numberIn(text.slice(offset, offset + TEXT_BYTES), poll.base, `the output of "${source.command}"`)
  }
  const bytes = await part(resolve(cwd, source.path), offset, poll.form === 'raw' ? poll.length : TEXT_BYTES)
  if (poll.form === 'ascii') return numberIn(Buffer.from(bytes).toString('latin1'), poll.base, source.path)
  if (bytes.length < poll.length) throw new BmcError('wrong-state', `${source.path} has no ${poll.length} bytes there`)
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0)
}

async function part(path: string, offset: number, count: number): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const buffer = new Uint8Array(count)
    const { bytesRead } = await file.read(buffer, 0, count, offset)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The number that the text begins with, as C's strtol reads one: in base 0 by its prefix (ISO C17 §7.22.1.4). */
export function numberIn(text: string, base: number, where: string): number {
  const match = /^\s*([+-]?)(0[xX](?=[0-9a-fA-F]))?([0-9a-zA-Z]+)/.exec(text)
  if (match !== null) {
    const [, sign, prefix = '', digits] = match
    const hex = prefix !== '' && (base === 0 || base === 16)
    const radix = base !== 0 ? base : hex ? 16 : digits.startsWith('0') ? 8 : 10
    // A prefix that the base does not know is the digit 0 and an end.
    const value = Number.parseInt(prefix !== '' && !hex ? '0' : digits, radix)
    if (!Number.isNaN(value)) return sign === '-' ? -value : value
  }
  throw new BmcError('wrong-state', `${where} begins with no number: ${JSON.stringify(text.slice(0, 20))}`)
}

/** In ipmi_sim's order: mask, less `sub`, times `mult`, divided and rounded. */
function computed({ mask, sub, mult, div }: PollConfig, value: number): number {
  const masked = mask === 0xffffffff ? value : (value & mask) >>> 0
  return Math.trunc(((masked - sub) * mult + Math.trunc(div / 2)) / div)
}
