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

/** A logger that writes one JSON line an entry to `destination` (a path, or 2 for stderr). */
export function createLogger(level: LogLevel, destination: string | 2 = 2): Logger {
  return new PinoLogger(pino({ level, base: null }, pino.destination({ dest: destination, sync: true, mkdir: true })))
}

type Pino = ReturnType<typeof pino>

class PinoLogger implements Logger {
  readonly #log: Pino
  readonly #level: string
  /** Asked for with every packet: not looked up in pino each time. */
  #debug: boolean

  constructor(log: Pino) {
    this.#log = log
    this.#level = log.level
    this.#debug = log.isLevelEnabled('debug')
  }

  debug(facts: object, text: string): void {
    this.#log.debug(facts, text)
  }

  info(facts: object, text: string): void {
    this.#log.info(facts, text)
  }

  warn(facts: object, text: string): void {
    this.#log.warn(facts, text)
  }

  error(facts: object, text: string): void {
    this.#log.error(facts, text)
  }

  child(facts: object): Logger {
    return new PinoLogger(this.#log.child(facts) as Pino)
  }

  isDebug(): boolean {
    return this.#debug
  }

  setDebug(on: boolean): void {
    this.#log.level = on ? 'debug' : this.#level
    this.#debug = this.#log.isLevelEnabled('debug')
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
