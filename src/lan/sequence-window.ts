/**
 * Which session sequence numbers are still good (IPMI 2.0 §6.12.11, §6.12.13): `ahead` of the highest seen, `behind` it, and
 * each only once, so that a packet caught on the way cannot be played again. Numbers wrap and skip 0.
 */
export class SequenceWindow {
  readonly #ahead: number
  readonly #behind: number
  #highest: number
  /** Bit n: highest - n was seen. */
  #seen = 1

  constructor(highest: number, ahead: number, behind: number) {
    this.#highest = highest >>> 0
    this.#ahead = ahead
    this.#behind = behind
  }

  /** Whether the number could be accepted; changes nothing, so it may be asked before the packet is proven. */
  plausible(sequence: number): boolean {
    if (sequence === 0) return false
    const distance = (sequence - this.#highest) | 0
    if (distance > 0) return distance <= this.#ahead
    return -distance <= this.#behind && (this.#seen & (1 << -distance)) === 0
  }

  /** Marks a plausible number as used. */
  accept(sequence: number): void {
    const distance = (sequence - this.#highest) | 0
    if (distance > 0) {
      this.#seen = distance > 30 ? 1 : (this.#seen << distance) | 1
      this.#highest = sequence >>> 0
    } else {
      this.#seen |= 1 << -distance
    }
  }
}

/** The number after `sequence`: 0 is for packets outside a session. */
export function nextSequence(sequence: number): number {
  return (sequence + 1) >>> 0 || 1
}
