/** How long a switch remembers a station that says nothing (IEEE 802.1Q Table 8-6). */
const ageMs = 300_000

const sets = 1024
const ways = 4

/**
 * Which port a MAC was last heard on. It has room for 4096, four for each value of a hash: where a fifth comes, the one that was
 * heard longest ago goes. So it can neither grow nor be made slow by whoever invents addresses, and looking
 * something up or learning it allocates nothing.
 */
export class MacTable {
  readonly #high = new Uint16Array(sets * ways)
  readonly #low = new Uint32Array(sets * ways)
  readonly #port = new Uint16Array(sets * ways)
  /** When it was heard; -Infinity: nothing is here. */
  readonly #heard = new Float64Array(sets * ways).fill(-Infinity)

  learn(high: number, low: number, port: number, now: number): void {
    const first = setOf(high, low)
    let at = first
    for (let i = first; i < first + ways; i++) {
      if (this.#low[i] === low && this.#high[i] === high && this.#heard[i] !== -Infinity) {
        at = i
        break
      }
      if (this.#heard[i] < this.#heard[at]) at = i
    }
    this.#high[at] = high
    this.#low[at] = low
    this.#port[at] = port
    this.#heard[at] = now
  }

  /** -1: not heard of, or not for a long time. */
  find(high: number, low: number, now: number): number {
    const first = setOf(high, low)
    for (let i = first; i < first + ways; i++) {
      if (this.#low[i] !== low || this.#high[i] !== high) continue
      return now - this.#heard[i] <= ageMs ? this.#port[i] : -1
    }
    return -1
  }

  /** Nothing is known of who is behind this port any more. */
  forget(port: number): void {
    for (let i = 0; i < sets * ways; i++) if (this.#port[i] === port) this.#heard[i] = -Infinity
  }
}

/** Addresses of one lab differ in their last bytes, often by one: the product spreads them over all sets. */
function setOf(high: number, low: number): number {
  return (Math.imul(low ^ (high << 7), 0x9e3779b1) >>> 22) * ways
}
