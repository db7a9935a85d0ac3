import { stripVTControlCharacters } from 'node:util'
import { type Child, type RunOptions, start } from './process.ts'

/** Starts a program on a terminal of its own, for clients that want one on stdin. */
export function startInTerminal(command: string, args: readonly string[], options: RunOptions = {}): Child {
  const line = [command, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return start('script', ['-qefc', `stty rows 25 cols 80; exec ${line}`, '/dev/null'], {
    ...options,
    env: { TERM: 'vt100', ...options.env },
  })
}

/** What a person would read: SeaBIOS and iPXE redraw lines with cursor escapes between the letters. */
export function readable(output: string): string {
  return stripVTControlCharacters(output.replaceAll(printedAgain, '$1')).replaceAll('\0', '')
}

const csi = '\x1b\\['
const colours = `(?:${csi}[\\d;]*m)*`
/**
 * iPXE asks for the colour of a letter and then for the letter. SeaBIOS makes one of the two on the serial line, but where its timer comes between
 * them it prints the letter twice, and moves the cursor back first.
 */
const printedAgain = new RegExp(`(\\S)${colours}${csi}\\d+;\\d+H${colours}\\1`, 'g')
