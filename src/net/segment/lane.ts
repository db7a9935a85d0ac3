import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { DelayLine } from './delay-line.ts'

/** What a cable does to what goes through it, each way. */
export interface LinkConditions {
  readonly delayMs: number
  /** A frame takes so much more or less, evenly spread; it never overtakes another. */
  readonly jitterMs: number
  /** Of a hundred frames. */
  readonly lossPercent: number
  /** Bits a second; null: as much as goes. */
  readonly rateBps: number | null
}

export const noConditions: LinkConditions = { delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null }

/** What waits for its turn at a limited rate, as in the buffer of a switch's port; more is lost. */
const mostQueuedBytes = 256 * 1024
/** What may be on its way at once, so that a long delay of a fast link cannot fill the memory. */
const mostUnderwayBytes = 16 * 1024 * 1024

/** One direction of a cable. Time and chance come from outside, so that the same frames at the same times fare the same again. */
export class Lane {
  lost = 0
  /** There was no room for them in the queue. */
  overflowed = 0
  readonly #clock: Clock
  readonly #random: Random
  readonly #line: DelayLine
  readonly #deliver: (frame: Uint8Array) => void
  readonly #dice = new Uint8Array(4)
  readonly #diceView = new DataView(this.#dice.buffer)
  #conditions = noConditions
  #plain = true
  #cut = 0
  #underwayBytes = 0
  /** When the last frame has left at the limited rate, and when the last one arrives. */
  #sentAt = 0
  #arrivesAt = 0

  constructor(given: { clock: Clock; random: Random; line: DelayLine; deliver: (frame: Uint8Array) => void }) {
    this.#clock = given.clock
    this.#random = given.random
    this.#line = given.line
    this.#deliver = given.deliver
  }

  /** Frames that are on their way arrive when they would have; those behind them may now be earlier. */
  set(conditions: LinkConditions): void {
    const { delayMs, jitterMs, lossPercent, rateBps } = conditions
    this.#conditions = conditions
    this.#plain = delayMs === 0 && jitterMs === 0 && lossPercent === 0 && rateBps === null
    this.#sentAt = 0
    this.#arrivesAt = 0
  }

  /** Whatever is on its way is lost: the cable was pulled. */
  cut(): void {
    this.#cut++
    this.#underwayBytes = 0
    this.#sentAt = 0
    this.#arrivesAt = 0
  }

  offer(frame: Uint8Array): void {
    if (this.#plain) {
      this.#deliver(frame)
      return
    }
    const { delayMs, jitterMs, lossPercent, rateBps } = this.#conditions
    if (lossPercent > 0 && this.#chance() * 100 < lossPercent) {
      this.lost++
      return
    }
    if (delayMs === 0 && jitterMs === 0 && rateBps === null) {
      this.#deliver(frame)
      return
    }
    const now = this.#clock.monotonic()
    const size = frame.length
    if (this.#underwayBytes + size > mostUnderwayBytes || this.#queued(now, rateBps) + size > mostQueuedBytes) {
      this.overflowed++
      return
    }
    const sentAt = Math.max(now, this.#sentAt) + (rateBps === null ? 0 : (size * 8000) / rateBps)
    const late = jitterMs === 0 ? 0 : (2 * this.#chance() - 1) * jitterMs
    const arrivesAt = Math.max(sentAt + Math.max(0, delayMs + late), this.#arrivesAt)
    this.#sentAt = sentAt
    this.#arrivesAt = arrivesAt
    this.#underwayBytes += size
    this.#line.add(arrivesAt, frame, this.#cut, this.#arrived)
  }

  readonly #arrived = (frame: Uint8Array, cut: number): void => {
    if (cut !== this.#cut) return
    this.#underwayBytes -= frame.length
    this.#deliver(frame)
  }

  #queued(now: number, rateBps: number | null): number {
    return rateBps === null ? 0 : (Math.max(0, this.#sentAt - now) * rateBps) / 8000
  }

  /** 0 to 1, and never 1. */
  #chance(): number {
    this.#random.fill(this.#dice)
    return this.#diceView.getUint32(0, true) / 2 ** 32
  }
}
