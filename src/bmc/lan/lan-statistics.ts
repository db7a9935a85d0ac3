/** What one LAN door has counted since it was opened; the door fills this in. */
export interface LanTraffic {
  /** The UDP port it answers on. */
  readonly port: number
  readonly counters: {
    readonly received: number
    readonly sent: number
    /** Those received that were RMCP packets. */
    readonly understood: number
  }
}

export interface TrafficTotals {
  readonly received: number
  readonly sent: number
  readonly understood: number
}

const none: TrafficTotals = { received: 0, sent: 0, understood: 0 }

/** IP, UDP and RMCP statistics of a channel (IPMI 2.0 §23.4): the sum of its doors, less what was there at the last clear. */
export class LanStatistics {
  readonly #doors: LanTraffic[] = []
  #cleared = none

  attach(door: LanTraffic): void {
    this.#doors.push(door)
  }

  /** The port of the first door, or undefined before one is open. */
  get port(): number | undefined {
    return this.#doors[0]?.port
  }

  get totals(): TrafficTotals {
    return difference(this.#sum, this.#cleared)
  }

  clear(): void {
    this.#cleared = this.#sum
  }

  get #sum(): TrafficTotals {
    return this.#doors.reduce(
      (sum, { counters }) => ({
        received: sum.received + counters.received,
        sent: sum.sent + counters.sent,
        understood: sum.understood + counters.understood,
      }),
      none,
    )
  }
}

function difference(a: TrafficTotals, b: TrafficTotals): TrafficTotals {
  return { received: a.received - b.received, sent: a.sent - b.sent, understood: a.understood - b.understood }
}
