import type { BytePort } from '../../src/base/byte-port.ts'
import { Listeners } from '../../src/base/listeners.ts'

/** A serial port whose other end is the test: `say` is the machine talking, `written` is what it was told. */
export class FakePort implements BytePort {
  up = true
  written = ''
  /** Bytes that the next writes may take. */
  room = Number.POSITIVE_INFINITY
  paused = false
  closed = 0
  readonly #data = new Listeners<[Uint8Array]>()
  readonly #upChange = new Listeners<[boolean]>()
  readonly #drain = new Listeners<[]>()

  say(text: string): void {
    this.#data.call(Buffer.from(text, 'latin1'))
  }

  setUp(up: boolean): void {
    this.up = up
    this.#upChange.call(up)
  }

  drained(): void {
    this.room = Number.POSITIVE_INFINITY
    this.#drain.call()
  }

  write(bytes: Uint8Array): number {
    const count = this.up ? Math.min(bytes.length, this.room) : 0
    this.room -= count
    this.written += Buffer.from(bytes.subarray(0, count)).toString('latin1')
    return count
  }

  sendBreak(): void {
    this.written += '<break>'
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
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  close(): void {
    this.closed++
  }
}
