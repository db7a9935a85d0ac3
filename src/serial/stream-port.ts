import type { Duplex } from 'node:stream'
import type { BytePort } from '../base/byte-port.ts'
import type { Clock, Timer } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { Listeners } from '../base/listeners.ts'
import type { Logger } from '../base/logger.ts'

/**
 * serial/ reaches serial lines, each as a BytePort: unix and TCP sockets, telnet, ttys, ptys. It must never know what
 * the bytes mean, a BMC, a machine or a session.
 */
export interface StreamPortOptions {
  /** Opens the line. The stream emits `connect` when the other end is there, and `close` when it is gone. */
  readonly open: () => Duplex
  /** Puts a break on an open line; left out where the line cannot carry one. */
  readonly sendBreak?: (stream: Duplex) => void
  readonly clock: Clock
  readonly log: Logger
  /** Wait before the second try; it doubles up to 2 s. */
  readonly retryMs?: number
  /** False: stay away until `connect` is called. */
  readonly connected?: boolean
}

const FIRST_RETRY_MS = 20
const LONGEST_RETRY_MS = 2_000

/** Bytes that may wait in the stream for a slow other end. */
const WRITE_BUFFER = 64 * 1024

/** A line over a stream that is opened again whenever it ends. */
export class StreamPort implements BytePort {
  readonly #options: StreamPortOptions
  readonly #firstRetryMs: number
  readonly #data = new Listeners<[Uint8Array]>()
  readonly #upChange = new Listeners<[boolean]>()
  readonly #drain = new Listeners<[]>()
  #stream: Duplex | undefined
  #wanted: boolean
  #up = false
  #paused = false
  #short = false
  #retryMs: number
  #retry: Timer | undefined
  #complained = false

  constructor(options: StreamPortOptions) {
    this.#options = options
    this.#firstRetryMs = options.retryMs ?? FIRST_RETRY_MS
    this.#retryMs = this.#firstRetryMs
    this.#wanted = options.connected ?? true
    if (this.#wanted) this.#open()
  }

  get up(): boolean {
    return this.#up
  }

  /** Opens the line, and opens it again whenever it ends. */
  connect(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#complained = false
    this.#retryMs = this.#firstRetryMs
    this.#open()
  }

  /** The other end is expected any moment: tries at once, and soon again. */
  hurry(): void {
    this.#retryMs = this.#firstRetryMs
    if (this.#retry === undefined) return
    this.#retry.cancel()
    this.#retry = undefined
    this.#open()
  }

  /** Lets go of the line and sits quietly. */
  disconnect(): void {
    this.#wanted = false
    this.#retry?.cancel()
    this.#retry = undefined
    const stream = this.#stream
    this.#stream = undefined
    stream?.destroy()
    this.#setUp(false)
  }

  close(): void {
    this.disconnect()
  }

  write(bytes: Uint8Array): number {
    const stream = this.#stream
    if (!this.#up || stream === undefined) return 0
    const count = Math.min(bytes.length, Math.max(0, WRITE_BUFFER - stream.writableLength))
    this.#short ||= count < bytes.length
    if (count > 0) stream.write(Buffer.from(bytes.subarray(0, count)), () => this.#drained(stream))
    return count
  }

  sendBreak(): void {
    if (this.#up && this.#stream !== undefined) this.#options.sendBreak?.(this.#stream)
  }

  onData(fn: (bytes: Uint8Array) => void): () => void {
    return this.#data.add(fn)
  }

  onUp(fn: (up: boolean) => void): () => void {
    return this.#upChange.add(fn)
  }

  onDrain(fn: () => void): () => void {
    return this.#drain.add(fn)
  }

  pause(): void {
    this.#paused = true
    this.#stream?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#stream?.resume()
  }

  #open(): void {
    let stream: Duplex
    try {
      stream = this.#options.open()
    } catch (error) {
      this.#ended(error)
      return
    }
    this.#stream = stream
    let failure: unknown
    stream.on('connect', () => {
      if (this.#stream !== stream) return
      this.#retryMs = this.#firstRetryMs
      this.#complained = false
      this.#setUp(true)
    })
    stream.on('data', (bytes: Uint8Array) => {
      if (this.#stream === stream) this.#data.call(bytes)
    })
    stream.on('end', () => stream.destroy())
    stream.on('error', (error) => {
      failure = error
    })
    stream.on('close', () => {
      if (this.#stream === stream) this.#ended(failure)
    })
    if (this.#paused) stream.pause()
  }

  #ended(failure: unknown): void {
    this.#stream = undefined
    this.#setUp(false)
    if (!this.#wanted || this.#retry !== undefined) return
    if (failure !== undefined && !this.#complained) {
      this.#complained = true
      this.#options.log.debug({ why: messageOf(failure) }, 'the serial line is away; trying on')
    }
    this.#retry = this.#options.clock.after(this.#retryMs, () => {
      this.#retry = undefined
      this.#open()
    })
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
  }

  #drained(stream: Duplex): void {
    if (!this.#short || this.#stream !== stream || stream.writableLength > WRITE_BUFFER / 2) return
    this.#short = false
    this.#drain.call()
  }

  #setUp(up: boolean): void {
    if (this.#up === up) return
    this.#up = up
    this.#short = false
    this.#upChange.call(up)
  }
}

/** What every kind of line needs beside its address. */
export type LineOptions = Pick<StreamPortOptions, 'clock' | 'log' | 'connected'>
