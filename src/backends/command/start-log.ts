import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'

/** A log that has grown past this begins anew at the next start. */
const LOG_LIMIT = 1024 * 1024

/** As much of the end of the output as an error message quotes. */
const TAIL_BYTES = 2048
const TAIL_LINES = 3

/** Where the start command's stdout and stderr go: a file, so that a VM never waits for us to read what it prints. */
export class StartLog {
  readonly path: string
  /** For the child; ours until `close`. */
  readonly fd: number
  /** What earlier starts wrote ends here. */
  readonly #begin: number

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.path = path
    this.fd = openSync(path, 'a+', 0o600)
    if (fstatSync(this.fd).size > LOG_LIMIT) ftruncateSync(this.fd)
    this.#begin = fstatSync(this.fd).size
  }

  /** The last lines of this start, on one line. */
  tail(): string {
    const end = fstatSync(this.fd).size
    const from = Math.max(this.#begin, end - TAIL_BYTES)
    const bytes = Buffer.alloc(Math.max(0, end - from))
    const read = readSync(this.fd, bytes, 0, bytes.length, from)
    const lines = bytes.toString('utf8', 0, read).split('\n')
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .slice(-TAIL_LINES)
      .join('; ')
  }

  close(): void {
    closeSync(this.fd)
  }
}
