import { messageOf } from '../../base/errors.ts'
import { ConfigError } from '../../config/source.ts'

export interface ConsoleInputPorts {
  readonly write: (bytes: Uint8Array | string) => void
  readonly end: () => void
  /** Runs a line; resolves with what there is to print. */
  readonly line: (text: string) => Promise<string>
  readonly prompt: string
  readonly lineEnd: string
}

/** RFC 854. */
const IAC = 0xff
const SB = 0xfa
const SE = 0xf0
const WILL = 0xfb
const CR = 0x0d
const LF = 0x0a
const NUL = 0x00
const BACKSPACE = 0x08
const DELETE = 0x7f
const END_OF_INPUT = 0x04
const MOST_LINE = 64 * 1024
const RUBOUT = '\b \b'

/** Where in a telnet command the last byte was. */
type TelnetState = 'text' | 'command' | 'option' | 'subnegotiation' | 'subnegotiation command'

/**
 * Bytes that are typed at a console become lines: an echo, the two keys that take back a character, an end of a line however it
 * is sent, and telnet's commands left out. One line runs at a time.
 */
export class ConsoleInput {
  readonly #ports: ConsoleInputPorts
  #telnet: TelnetState = 'text'
  #line: number[] = []
  /** Lines so far that a backslash goes on behind. */
  #joined = ''
  #echo = true
  #lastWasCr = false

  constructor(ports: ConsoleInputPorts) {
    this.#ports = ports
  }

  async take(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      if (this.#telnet !== 'text' || byte === IAC) {
        this.#command(byte)
        continue
      }
      const afterCr = this.#lastWasCr
      this.#lastWasCr = byte === CR
      // CR LF and CR NUL are one end of a line (RFC 854).
      if (afterCr && (byte === LF || byte === NUL)) continue
      if (byte === CR || byte === LF) await this.#end()
      else this.#key(byte)
    }
  }

  #command(byte: number): void {
    switch (this.#telnet) {
      case 'text':
        this.#telnet = 'command'
        return
      case 'command':
        this.#telnet = byte === SB ? 'subnegotiation' : byte >= WILL && byte !== IAC ? 'option' : 'text'
        return
      case 'subnegotiation':
        if (byte === IAC) this.#telnet = 'subnegotiation command'
        return
      case 'subnegotiation command':
        this.#telnet = byte === SE ? 'text' : 'subnegotiation'
        return
      case 'option':
        this.#telnet = 'text'
    }
  }

  #key(byte: number): void {
    if (byte === END_OF_INPUT && this.#line.length === 0) {
      this.#ports.end()
    } else if (byte === BACKSPACE || byte === DELETE) {
      // Of a character of several bytes, all of them.
      while ((this.#line.at(-1) ?? 0) >= 0x80 && (this.#line.at(-1) ?? 0) < 0xc0) this.#line.pop()
      if (this.#line.pop() !== undefined && this.#echo) this.#ports.write(RUBOUT)
    } else if ((byte >= 0x20 || byte === 0x09) && this.#line.length < MOST_LINE) {
      this.#line.push(byte)
      if (this.#echo) this.#ports.write(Uint8Array.of(byte))
    }
  }

  async #end(): Promise<void> {
    const { write, line, prompt, lineEnd } = this.#ports
    const text = Buffer.from(this.#line).toString('utf8')
    this.#line = []
    if (this.#echo) write(lineEnd)
    if (text.endsWith('\\') && this.#joined.length + text.length < MOST_LINE) {
      this.#joined += `${text}\n`
      return
    }
    const whole = this.#joined + text
    this.#joined = ''
    if (/^\s*noecho\s*$/.test(whole)) this.#echo = false
    const answer = await line(whole).catch(failureText)
    if (answer !== '') write(answer.replaceAll('\n', lineEnd) + lineEnd)
    write(prompt)
  }
}

/** ipmi_sim's two stars, and all that is wrong with the line. */
function failureText(error: unknown): string {
  if (!(error instanceof ConfigError)) return `**${messageOf(error)}`
  return error.problems.map(({ message }) => `**${message}`).join('\n')
}
