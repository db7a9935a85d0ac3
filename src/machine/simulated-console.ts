import type { BytePort } from '../base/byte-port.ts'
import { Listeners } from '../base/listeners.ts'

/** Output that a viewer has not fetched is kept up to here; beyond it the oldest is dropped, as on a line without flow control. */
const heldBytes = 64 * 1024

/** A serial port made of nothing: what the simulated guest prints comes out, what is typed goes to the guest. */
export class SimulatedConsole implements BytePort {
  readonly #data = new Listeners<[Uint8Array]>()
  readonly #upChange = new Listeners<[boolean]>()
  readonly #type: (bytes: Uint8Array) => void
  readonly #encoder = new TextEncoder()
  #held: Uint8Array[] = []
  #heldLength = 0
  #paused = false
  #up = false

  constructor(type: (bytes: Uint8Array) => void) {
    this.#type = type
  }

  get up(): boolean {
    return this.#up
  }

  setUp(up: boolean): void {
    if (this.#up === up) return
    this.#up = up
    this.#upChange.call(up)
  }

  print(output: string | Uint8Array): void {
    const bytes = typeof output === 'string' ? this.#encoder.encode(output) : output.slice()
    if (!this.#paused) {
      this.#data.call(bytes)
      return
    }
    this.#held.push(bytes)
    this.#heldLength += bytes.length
    while (this.#heldLength > heldBytes) this.#heldLength -= this.#held.shift()?.length ?? this.#heldLength
  }

  write(bytes: Uint8Array): number {
    if (!this.#up) return 0
    this.#type(bytes.slice())
    return bytes.length
  }

  sendBreak(): void {}

  onData(fn: (bytes: Uint8Array) => void): () => void {
    return this.#data.add(fn)
  }

  onUp(fn: (up: boolean) => void): () => void {
    return this.#upChange.add(fn)
  }

  /** Everything is taken at once, so there is never room to wait for. */
  onDrain(): () => void {
    return () => {}
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    while (!this.#paused) {
      const bytes = this.#held.shift()
      if (!bytes) return
      this.#heldLength -= bytes.length
      this.#data.call(bytes)
    }
  }

  close(): void {
    this.setUp(false)
  }
}
