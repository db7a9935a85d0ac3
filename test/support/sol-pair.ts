import { SolEngine, type SolTimings } from '../../src/bmc/sol/sol-engine.ts'

/** What the network does to one packet: how often it arrives, and how late each time. Empty: it is lost. */
export type Fate = readonly number[]

export interface SolPairOptions {
  readonly timings: SolTimings
  /** Called once a packet. */
  readonly fate: () => Fate
  /** How many bytes a serial port takes at a write of so many. */
  readonly takes: (offered: number) => number
  readonly inboundCapacity: number
}

interface Side {
  readonly engine: SolEngine
  readonly written: number[]
  held: boolean
  queue: Uint8Array
}

/** Two SOL engines back to back over a network that loses, doubles, delays and reorders, in a time of its own. */
export class SolPair {
  readonly left: Side
  readonly right: Side
  #now = 0
  #flying: { at: number; to: () => Side; packet: Uint8Array }[] = []

  constructor(options: SolPairOptions) {
    this.left = this.#side(options, () => this.right)
    this.right = this.#side(options, () => this.left)
  }

  get now(): number {
    return this.#now
  }

  /** Steps through time until `done`, feeding each engine what its system still has to say. False: `ms` were not enough. */
  run(done: () => boolean, ms: number, stepMs = 5): boolean {
    for (const end = this.#now + ms; this.#now < end; this.#now += stepMs) {
      if (done()) return true
      const due = this.#flying.filter((flight) => flight.at <= this.#now)
      this.#flying = this.#flying.filter((flight) => flight.at > this.#now)
      for (const flight of due) flight.to().engine.fromConsole(flight.packet, this.#now)
      for (const side of [this.left, this.right]) this.#turn(side)
    }
    return done()
  }

  #turn(side: Side): void {
    if (!side.held && side.queue.length > 0) {
      const said = side.queue.subarray(0, 700)
      side.queue = side.queue.subarray(said.length)
      side.engine.fromHost(said, this.#now)
    }
    side.engine.hostRoom(this.#now)
    if (side.engine.wakeAt !== undefined && side.engine.wakeAt <= this.#now) side.engine.due(this.#now)
  }

  #side(options: SolPairOptions, to: () => Side): Side {
    const written: number[] = []
    const ends = {
      send: (packet: Uint8Array) => {
        for (const late of options.fate()) this.#flying.push({ at: this.#now + 1 + late, to, packet: packet.slice() })
      },
      write: (bytes: Uint8Array) => {
        const count = Math.min(bytes.length, options.takes(bytes.length))
        written.push(...bytes.subarray(0, count))
        return count
      },
      sendBreak: () => {},
      hold: (on: boolean) => {
        side.held = on
      },
    }
    const engine = new SolEngine(options.timings, ends, true, options.inboundCapacity)
    const side: Side = { engine, written, held: false, queue: new Uint8Array() }
    return side
  }
}
