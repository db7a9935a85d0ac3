import { write } from 'node:fs'
import { Duplex } from 'node:stream'
import { ReadStream } from 'node:tty'
import type { Clock, Timer } from '../base/clock.ts'
import { errnoOf } from '../base/errors.ts'

/** How long a full pty is left alone: it has room for 4 KiB, and cannot be watched for writing. */
const FULL_MS = 10

/**
 * The master side of a pty as a stream. Writing goes by hand: node's own streams write to a master with blocking calls, so
 * that a program which opened the slave and does not read would stop the whole process.
 */
export class PtyLine extends Duplex {
  readonly #master: number
  readonly #clock: Clock
  readonly #reader: ReadStream
  #full: Timer | undefined
  #writing = false

  /** `master` is non-blocking, and closed with the stream. */
  constructor(master: number, clock: Clock) {
    super()
    this.#master = master
    this.#clock = clock
    this.#reader = new ReadStream(master)
    this.#reader.on('data', (bytes) => {
      if (!this.push(bytes)) this.#reader.pause()
    })
    this.#reader.on('error', (error) => this.destroy(error))
    this.#reader.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#reader.resume()
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.destroyed) {
      done()
      return
    }
    this.#writing = true
    write(this.#master, bytes, (error, count) => {
      this.#writing = false
      if (this.destroyed) this.#reader.destroy()
      const full = errnoOf(error) === 'EAGAIN'
      if (error !== null && !full) done(error)
      else if (count === bytes.length || this.destroyed) done()
      else {
        const rest = bytes.subarray(full ? 0 : count)
        this.#full = this.#clock.after(full ? FULL_MS : 0, () => this._write(rest, encoding, done))
      }
    })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#full?.cancel()
    // A write under way must not find its descriptor closed, and perhaps given to something else.
    if (!this.#writing) this.#reader.destroy()
    done(error)
  }
}
