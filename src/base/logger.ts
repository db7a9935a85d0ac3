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
  return wrap(pino({ level, base: null }, pino.destination({ dest: destination, sync: true, mkdir: true })))
}

function wrap(log: ReturnType<typeof pino>): Logger {
  const { level } = log
  return {
    debug: (facts, text) => log.debug(facts, text),
    info: (facts, text) => log.info(facts, text),
    warn: (facts, text) => log.warn(facts, text),
    error: (facts, text) => log.error(facts, text),
    child: (facts) => wrap(log.child(facts) as ReturnType<typeof pino>),
    isDebug: () => log.isLevelEnabled('debug'),
    setDebug: (on) => {
      log.level = on ? 'debug' : level
    },
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
