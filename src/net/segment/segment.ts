import type { Clock } from '../../base/clock.ts'
import { DelayLine } from './delay-line.ts'
import { Switch } from './switch.ts'
import { UdpEnd, type UdpEndpoint } from './udp-end.ts'

/** A place to plug a cable in. */
export interface SegmentPort {
  /** A frame that comes from the cable. */
  receive(frame: Uint8Array): void
  /** The cable was pulled: who was behind it may be elsewhere by now. */
  forget(): void
  leave(): void
}

/** One declared segment: its switch, its only timer, and the UDP links that are plugged into it. */
export class Segment {
  readonly name: string
  /** For what is on its way in the cables of this segment. */
  readonly line: DelayLine
  /** Frames that were too short or too long. */
  refused = 0
  readonly #clock: Clock
  readonly #switch: Switch
  readonly #links: readonly UdpEndpoint[]
  #ends: UdpEnd[] = []

  constructor(given: { name: string; mtu: number; links: readonly UdpEndpoint[]; clock: Clock }) {
    this.name = given.name
    this.line = new DelayLine(given.clock)
    this.#clock = given.clock
    this.#switch = new Switch(given.mtu)
    this.#links = given.links
  }

  join(send: (frame: Uint8Array) => void): SegmentPort {
    const port = this.#switch.join(send)
    return {
      receive: (frame) => {
        if (!this.#switch.receive(port, frame, this.#clock.monotonic())) this.refused++
      },
      forget: () => this.#switch.forget(port),
      leave: () => this.#switch.leave(port),
    }
  }

  /** Opens the UDP links. Rejects with a SetupError that says what is in the way. */
  async open(): Promise<void> {
    for (const { listen, peer } of this.#links) {
      const end: UdpEnd = new UdpEnd((frame) => port.receive(frame))
      const port = this.join((frame) => end.send(frame))
      this.#ends.push(end)
      await end.open(listen, `network ${this.name}`)
      await end.connect(peer)
    }
  }

  close(): void {
    for (const end of this.#ends) end.close()
    this.#ends = []
    this.line.close()
  }
}
