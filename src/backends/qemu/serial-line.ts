import type { BytePort } from '../../base/byte-port.ts'
import type { Clock } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'

/**
 * The VM's serial port as the rest of us sees it: one object for the machine's whole life. Each QEMU process brings a
 * port of its own, which is attached while that process lives.
 */
export class SerialLine implements BytePort {
  readonly #data = new Listeners<[Uint8Array]>()
  readonly #upChange = new Listeners<[boolean]>()
  readonly #drain = new Listeners<[]>()
  #port: BytePort | undefined
  #off: readonly (() => void)[] = []
  #paused = false
  /** Said before anybody listened. */
  #held: Uint8Array | undefined
  #up = false

  get up(): boolean {
    return this.#up
  }

  attach(port: BytePort): void {
    this.detach()
    this.#port = port
    if (this.#paused) port.pause()
    this.#off = [
      port.onData((bytes) => this.#data.call(bytes)),
      port.onUp((up) => this.#setUp(up)),
      port.onDrain(() => this.#drain.call()),
    ]
    this.#setUp(port.up)
  }

  detach(): void {
    const port = this.#port
    if (!port) return
    this.#port = undefined
    for (const off of this.#off) off()
    port.close()
    this.#setUp(false)
  }

  /** Resolves with true as soon as `up` is as wanted, with false when `ms` are over. */
  reaches(up: boolean, clock: Clock, ms: number): Promise<boolean> {
    if (this.#up === up) return Promise.resolve(true)
    return new Promise((resolve) => {
      const done = (reached: boolean) => {
        timer.cancel()
        stop()
        resolve(reached)
      }
      const timer = clock.after(ms, () => done(false))
      const stop = this.#upChange.add((now) => {
        if (now === up) done(true)
      })
    })
  }

  write(bytes: Uint8Array): number {
    return this.#port?.write(bytes) ?? 0
  }

  sendBreak(): void {
    this.#port?.sendBreak()
  }

  onData(fn: (bytes: Uint8Array) => void): () => void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) queueMicrotask(() => this.#data.call(held))
    return this.#data.add(fn)
  }

  /** Was said while there was no process of ours: for the first who listens. */
  hold(bytes: Uint8Array): void {
    this.#held = bytes
  }

  onUp(fn: (up: boolean) => void): () => void {
    return this.#upChange.add(fn)
  }

  onDrain(fn: () => void): () => void {
    return this.#drain.add(fn)
  }

  pause(): void {
    this.#paused = true
    this.#port?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#port?.resume()
  }

  close(): void {
    this.detach()
  }

  #setUp(up: boolean): void {
    if (this.#up === up) return
    this.#up = up
    this.#upChange.call(up)
  }
}
