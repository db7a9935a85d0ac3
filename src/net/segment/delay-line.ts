import type { Clock, Timer } from '../../base/clock.ts'

/** Something that happens later. */
interface Due {
  readonly at: number
  readonly order: number
  readonly fn: (frame: Uint8Array, mark: number) => void
  readonly frame: Uint8Array
  /** Whatever whoever put it in wants to know when it comes out. */
  readonly mark: number
}

/** Frames that are on their way, in the order in which they arrive: a heap, and one timer for the first of them. */
export class DelayLine {
  readonly #clock: Clock
  readonly #heap: Due[] = []
  #order = 0
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many are on their way. */
  get length(): number {
    return this.#heap.length
  }

  /** `fn` is called with the frame at `at` of the monotonic clock, behind all that were to come then or before. */
  add(at: number, frame: Uint8Array, mark: number, fn: (frame: Uint8Array, mark: number) => void): void {
    this.#rise({ at, order: this.#order++, fn, frame, mark })
    if (at < this.#timerAt) this.#arm()
  }

  /** Whatever is on its way is lost. */
  close(): void {
    this.#timer?.cancel()
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#heap.length = 0
  }

  #arm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const [first] = this.#heap
    this.#timerAt = first === undefined ? Number.POSITIVE_INFINITY : first.at
    if (first === undefined) return
    // A timer counts whole milliseconds, and may be one early: then it is set again.
    this.#timer = this.#clock.after(Math.max(0, first.at - this.#clock.monotonic()), () => this.#fire())
  }

  #fire(): void {
    // What the frames below cause is not to set the timer: that is done once, behind them.
    this.#timerAt = -Infinity
    const now = this.#clock.monotonic()
    while (this.#heap.length > 0 && this.#heap[0].at <= now) {
      const { fn, frame, mark } = this.#takeFirst()
      fn(frame, mark)
    }
    this.#arm()
  }

  #rise(due: Due): void {
    const heap = this.#heap
    let i = heap.length
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!isBefore(due, heap[parent])) break
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = due
  }

  #takeFirst(): Due {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop() ?? first
    if (heap.length === 0) return first
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = last
    return first
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
