import type { Clock, Timer } from './clock.ts'

/** Looked after once a second, from `stir` until nothing is left. */
export interface Restless {
  /** False: there is nothing more to look after, until somebody stirs again. */
  second(): boolean
}

/** Looked after once a minute, for as long as it is there. */
export interface Regular {
  minute(): void
}

const MINUTE_MS = 60_000
const SECOND_MS = 1_000
/** So many have their turn together, or more where a turn a second is not enough: a packet that comes meanwhile waits for them. */
const AT_ONCE = 40
const MOST_TURNS = 60

/**
 * The one clockwork of all BMCs of a thread. Those with nothing to look after cost no more than their turn once a minute, and the
 * process sleeps between the turns.
 */
export class Wheel {
  readonly #clock: Clock
  readonly #restless = new Set<Restless>()
  readonly #regular: Regular[] = []
  #seconds: Timer | undefined
  #minutes: Timer | undefined
  /** Whose turn comes next. */
  #next = 0
  #turns = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Saying it again while it is looked after changes nothing. */
  stir(one: Restless): void {
    this.#restless.add(one)
    this.#seconds ??= this.#clock.every(SECOND_MS, () => this.#second())
  }

  join(one: Regular): void {
    this.#regular.push(one)
    this.#arm()
  }

  leave(one: Restless & Regular): void {
    this.#restless.delete(one)
    this.#rest()
    const at = this.#regular.indexOf(one)
    if (at < 0) return
    this.#regular.splice(at, 1)
    if (at < this.#next) this.#next--
    this.#arm()
  }

  #second(): void {
    for (const one of [...this.#restless]) {
      // It may be stirred meanwhile.
      this.#restless.delete(one)
      if (one.second()) this.#restless.add(one)
    }
    this.#rest()
  }

  #rest(): void {
    if (this.#restless.size > 0) return
    this.#seconds?.cancel()
    this.#seconds = undefined
  }

  /** A turn for each few of them. */
  #arm(): void {
    const turns = Math.min(Math.ceil(this.#regular.length / AT_ONCE), MOST_TURNS)
    if (turns === this.#turns) return
    this.#turns = turns
    this.#minutes?.cancel()
    this.#minutes = turns === 0 ? undefined : this.#clock.every(MINUTE_MS / turns, () => this.#turn())
  }

  #turn(): void {
    const count = Math.ceil(this.#regular.length / this.#turns)
    for (let i = 0; i < count; i++) {
      if (this.#next >= this.#regular.length) this.#next = 0
      this.#regular[this.#next++]?.minute()
    }
  }
}
