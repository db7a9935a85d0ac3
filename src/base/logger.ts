import { pino } from 'pino'

/** Facts first, then words: `log.warn({ node: 'cn01', port: 623 }, 'address in use')`. Never a password, never a key. */
export interface Logger {
  debug(facts: object, text: string): void
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
  child(facts: object): Logger
  isDebug(): boolean
  /** Also debug entries from now on, or as it was made. */
  setDebug?(on: boolean): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Where entries go (a path, or 2 for stderr), and which. */
export interface LogTarget {
  readonly level: LogLevel
  readonly destination: string | 2
}

/** Bytes that wait for room on the disk; what is more is dropped. */
const MOST_BEHIND = 1024 * 1024

/** A logger that writes one JSON line an entry. */
export function createLogger(level: LogLevel, destination: LogTarget['destination'] = 2): Logger {
  const stream = pino.destination({ dest: destination, sync: true, mkdir: true, maxLength: MOST_BEHIND })
  // A full disk costs entries, not the lab: without a listener Node ends the process.
  stream.on('error', () => {})
  const writer = pino({ level: 'debug', base: null }, stream)
  return new PinoLogger(writer, level, {})
}

type Writer = Record<Exclude<LogLevel, 'silent'>, (facts: object, text: string) => void>

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 }

/** One writer for all of a process: pino's own children cost a few kilobytes each, and every node has two. */
class PinoLogger implements Logger {
  readonly #writer: Writer
  readonly #level: LogLevel
  readonly #facts: object
  #rank: number

  constructor(writer: Writer, level: LogLevel, facts: object) {
    this.#writer = writer
    this.#level = level
    this.#facts = facts
    this.#rank = ranks[level]
  }

  debug(facts: object, text: string): void {
    if (this.#rank <= ranks.debug) this.#writer.debug({ ...this.#facts, ...facts }, text)
  }

  info(facts: object, text: string): void {
    if (this.#rank <= ranks.info) this.#writer.info({ ...this.#facts, ...facts }, text)
  }

  warn(facts: object, text: string): void {
    if (this.#rank <= ranks.warn) this.#writer.warn({ ...this.#facts, ...facts }, text)
  }

  error(facts: object, text: string): void {
    if (this.#rank <= ranks.error) this.#writer.error({ ...this.#facts, ...facts }, text)
  }

  child(facts: object): Logger {
    return new PinoLogger(this.#writer, this.#level, { ...this.#facts, ...facts })
  }

  isDebug(): boolean {
    return this.#rank === ranks.debug
  }

  setDebug(on: boolean): void {
    this.#rank = ranks[on ? 'debug' : this.#level]
  }
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
  isDebug: () => false,
}
