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
  readonly mtu: number
  /** What `open` opens next, and `closeOld` leaves open. */
  links: readonly UdpEndpoint[]
  /** For what is on its way in the cables of this segment. */
  readonly line: DelayLine
  /** Frames that were too short or too long. */
  refused = 0
  readonly #clock: Clock
  readonly #switch: Switch
  readonly #ends = new Map<string, { readonly end: UdpEnd; readonly port: SegmentPort }>()

  constructor(given: { name: string; mtu: number; links: readonly UdpEndpoint[]; clock: Clock }) {
    this.name = given.name
    this.line = new DelayLine(given.clock)
    this.#clock = given.clock
    this.#switch = new Switch(given.mtu)
    this.mtu = given.mtu
    this.links = given.links
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

  /** Those of the UDP links that are not open yet. Rejects with a SetupError that says what is in the way. */
  async open(): Promise<void> {
    for (const link of this.links) {
      const key = keyOf(link)
      if (this.#ends.has(key)) continue
      const end: UdpEnd = new UdpEnd((frame) => port.receive(frame))
      const port = this.join((frame) => end.send(frame))
      this.#ends.set(key, { end, port })
      try {
        await end.open(link.listen, `network ${this.name}`)
        await end.connect(link.peer)
      } catch (error) {
        this.#closeEnd(key)
        throw error
      }
    }
  }

  /** UDP links that are not wanted any more. */
  closeOld(): void {
    const wanted = new Set(this.links.map(keyOf))
    for (const key of this.#ends.keys()) if (!wanted.has(key)) this.#closeEnd(key)
  }

  close(): void {
    for (const key of this.#ends.keys()) this.#closeEnd(key)
    this.line.close()
  }

  #closeEnd(key: string): void {
    const { end, port } = this.#ends.get(key) ?? {}
    this.#ends.delete(key)
    port?.leave()
    end?.close()
  }
}

function keyOf({ listen, peer }: UdpEndpoint): string {
  return `${listen.host} ${listen.port} ${peer.host} ${peer.port}`
}
