import { headerBytes, isGroup, longestFrame, macHigh, macLow, staysOnTheCable } from './ethernet.ts'
import { MacTable } from './mac-table.ts'

/**
 * A learning switch (IEEE 802.1Q §8.6 to §8.8, one VLAN: tags pass through as they are). It knows no socket and no clock. A frame
 * is handed on as it came, the same bytes to every port, so nobody may change them; and nothing is kept but who
 * was heard where. It speaks no spanning tree: a ring of switches circulates frames for ever, as with any simple switch.
 */
export class Switch {
  readonly #longest: number
  readonly #table = new MacTable()
  readonly #ports: (((frame: Uint8Array) => void) | undefined)[] = []

  constructor(mtu: number) {
    this.#longest = longestFrame(mtu)
  }

  /** A new port that sends by `send`; the result is its number. */
  join(send: (frame: Uint8Array) => void): number {
    const free = this.#ports.indexOf(undefined)
    const port = free < 0 ? this.#ports.length : free
    this.#ports[port] = send
    return port
  }

  leave(port: number): void {
    this.#ports[port] = undefined
    this.#table.forget(port)
  }

  /** Whoever was behind this port may be elsewhere by now: its cable was pulled. */
  forget(port: number): void {
    this.#table.forget(port)
  }

  /** A frame that came in by `port`; false: it was too short or too long and went nowhere. */
  receive(port: number, frame: Uint8Array, now: number): boolean {
    if (frame.length < headerBytes || frame.length > this.#longest) return false
    const sourceHigh = macHigh(frame, 6)
    // No station has a group address: such a frame teaches nothing (§8.7).
    if (!isGroup(sourceHigh)) this.#table.learn(sourceHigh, macLow(frame, 6), port, now)
    const high = macHigh(frame, 0)
    const low = macLow(frame, 0)
    if (isGroup(high)) {
      if (!staysOnTheCable(high, low)) this.#flood(port, frame)
      return true
    }
    const to = this.#table.find(high, low, now)
    if (to < 0) this.#flood(port, frame)
    else if (to !== port) this.#ports[to]?.(frame)
    return true
  }

  #flood(from: number, frame: Uint8Array): void {
    for (let port = 0; port < this.#ports.length; port++) if (port !== from) this.#ports[port]?.(frame)
  }
}
