import type { EmulatorCommand } from '../config.ts'
import type { Arguments } from '../lan-conf/arguments.ts'
import type { SourceRange } from '../source.ts'
import type { EmulatorState } from './state.ts'

/**
 * One command of the emulator language. `read` checks the arguments and says what is to be done; undefined: nothing, or a
 * problem was reported.
 */
export interface EmuCommand {
  readonly usage: string
  readonly read: (line: Arguments, state: EmulatorState, at: SourceRange) => EmulatorCommand | undefined
}

export const byte = { least: 0, most: 255 } as const

export function readByte(line: Arguments, what: string): number | undefined {
  return line.integer(what, byte.least, byte.most)
}

/** All bytes left on the line; undefined where one is wrong. */
export function readBytes(line: Arguments): Uint8Array | undefined {
  const values = line.words().map((word) => line.number(word, 'byte', byte.least, byte.most))
  const whole = values.filter((value) => value !== undefined)
  return whole.length === values.length ? Uint8Array.from(whole) : undefined
}

/** The IPMB address of an MC that exists by now. */
export function readMc(line: Arguments, state: EmulatorState): number | undefined {
  const at = line.here()
  const mc = readByte(line, 'MC address')
  if (mc === undefined || state.hasMc(mc)) return mc
  const address = `0x${mc.toString(16)}`
  return line.wrong(at, `there is no MC ${address} yet; write mc_add ${address} ... before this line`)
}
