import type { BytePort } from '../base/byte-port.ts'
import { messageOf } from '../base/errors.ts'
import { LazySet } from '../base/lazy-map.ts'
import { Listeners } from '../base/listeners.ts'
import type { Logger } from '../base/logger.ts'
import type { ScrollbackStore } from './scrollback.ts'

/**
 * console/ shares one serial port among many viewers and keeps what it said: SOL is one viewer, `bmcsim console` another.
 * It must never know IPMI, a machine, or where the port leads.
 *
 * A viewer is a byte port of its own: what it hears begins when it is opened, its `pause` asks that the serial port be read
 * no faster than it can take, and closing it closes nothing else.
 */
export interface ConsoleHubOptions {
  readonly port: BytePort
  readonly scrollback: ScrollbackStore
  readonly log: Logger
}

export class ConsoleHub {
  readonly #port: BytePort
  readonly #scrollback: ScrollbackStore
  readonly #log: Logger
  readonly #viewers = new LazySet<HubViewer>()
  readonly #pausing = new LazySet<HubViewer>()
  readonly #unlisten: readonly (() => void)[]
  #closed = false
  #count = 0
  #scrollbackFailed = false

  constructor({ port, scrollback, log }: ConsoleHubOptions) {
    this.#port = port
    this.#scrollback = scrollback
    this.#log = log
    this.#unlisten = [
      port.onData((bytes) => this.#said(bytes)),
      port.onUp((up) => this.#each((viewer) => viewer.upChange.call(up))),
      port.onDrain(() => this.#each((viewer) => viewer.drain.call())),
    ]
  }

  get up(): boolean {
    return this.#port.up
  }

  /** How many bytes it said since the hub was made. */
  get count(): number {
    return this.#count
  }

  open(): BytePort {
    const viewer = new HubViewer(this.#port, {
      pause: (on) => this.#pause(viewer, on),
      close: () => this.#leave(viewer),
    })
    this.#viewers.add(viewer)
    return viewer
  }

  /** What the console said last, as much of it as is kept. */
  backlog(): Uint8Array {
    return this.#scrollback.read()
  }

  /** Forgets what is kept; viewers go on. */
  clear(): void {
    this.#scrollback.clear()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const unlisten of this.#unlisten) unlisten()
    this.#viewers.clear()
    this.#pausing.clear()
    this.#port.close()
    this.#scrollback.close()
  }

  #said(bytes: Uint8Array): void {
    this.#count += bytes.length
    this.#keep(bytes)
    this.#each((viewer) => viewer.data.call(bytes))
  }

  /** A full disk must not take the console away. */
  #keep(bytes: Uint8Array): void {
    try {
      this.#scrollback.append(bytes)
      this.#scrollbackFailed = false
    } catch (error) {
      if (!this.#scrollbackFailed) this.#log.warn({ why: messageOf(error) }, 'console output could not be kept')
      this.#scrollbackFailed = true
    }
  }

  #each(fn: (viewer: HubViewer) => void): void {
    for (const viewer of [...this.#viewers]) if (this.#viewers.has(viewer)) fn(viewer)
  }

  #pause(viewer: HubViewer, on: boolean): void {
    if (!this.#viewers.has(viewer)) return
    const before = this.#pausing.size > 0
    if (on) this.#pausing.add(viewer)
    else this.#pausing.delete(viewer)
    const after = this.#pausing.size > 0
    if (before === after) return
    if (after) this.#port.pause()
    else this.#port.resume()
  }

  #leave(viewer: HubViewer): void {
    this.#pause(viewer, false)
    this.#viewers.delete(viewer)
  }
}

/** A write goes to the port in one piece, so viewers who type at once are mixed between their pieces and never inside one. */
class HubViewer implements BytePort {
  readonly data = new Listeners<[Uint8Array]>()
  readonly upChange = new Listeners<[boolean]>()
  readonly drain = new Listeners<[]>()
  readonly #port: BytePort
  readonly #hub: { pause(on: boolean): void; close(): void }

  constructor(port: BytePort, hub: { pause(on: boolean): void; close(): void }) {
    this.#port = port
    this.#hub = hub
  }

  get up(): boolean {
    return this.#port.up
  }

  write(bytes: Uint8Array): number {
    return this.#port.write(bytes)
  }

  sendBreak(): void {
    this.#port.sendBreak()
  }

  onData(fn: (bytes: Uint8Array) => void): () => void {
    return this.data.add(fn)
  }

  onUp(fn: (up: boolean) => void): () => void {
    return this.upChange.add(fn)
  }

  onDrain(fn: () => void): () => void {
    return this.drain.add(fn)
  }

  pause(): void {
    this.#hub.pause(true)
  }

  resume(): void {
    this.#hub.pause(false)
  }

  close(): void {
    this.#hub.close()
  }
}
