import type { Clock } from '../../base/clock.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Random } from '../../base/random.ts'
import type { DelayLine } from './delay-line.ts'
import { Lane, type LinkConditions, noConditions } from './lane.ts'

/** What went one way through a cable, and what did not arrive. */
export interface LaneCounts {
  readonly frames: number
  readonly bytes: number
  /** The link was down. */
  readonly down: number
  readonly lost: number
  readonly overflowed: number
}

/**
 * The cable of one NIC: two lanes that fare alike, and somebody who looks on at the NIC's end. What the NIC sends is seen
 * there though the network may never get it, and of what the network sends that which arrives.
 */
export class Link {
  readonly #watchers = new Listeners<[frame: Uint8Array]>()
  readonly #out: Direction
  readonly #in: Direction
  #conditions = noConditions
  #up = true

  constructor(given: {
    clock: Clock
    random: Random
    line: DelayLine
    toNic: (frame: Uint8Array) => void
    toNetwork: (frame: Uint8Array) => void
  }) {
    const { clock, random, line, toNic, toNetwork } = given
    this.#out = new Direction(new Lane({ clock, random, line, deliver: toNetwork }))
    this.#in = new Direction(
      new Lane({
        clock,
        random,
        line,
        deliver: (frame) => {
          this.#seen(this.#in, frame)
          toNic(frame)
        },
      }),
    )
  }

  get up(): boolean {
    return this.#up
  }

  set up(up: boolean) {
    if (this.#up && !up) for (const { lane } of [this.#out, this.#in]) lane.cut()
    this.#up = up
  }

  get conditions(): LinkConditions {
    return this.#conditions
  }

  set conditions(conditions: LinkConditions) {
    this.#conditions = conditions
    for (const { lane } of [this.#out, this.#in]) lane.set(conditions)
  }

  /** From the NIC's side. */
  get sent(): LaneCounts {
    return this.#out.counts()
  }

  get received(): LaneCounts {
    return this.#in.counts()
  }

  fromNic(frame: Uint8Array): void {
    if (!this.#up) {
      this.#out.down++
      return
    }
    this.#seen(this.#out, frame)
    this.#out.lane.offer(frame)
  }

  fromNetwork(frame: Uint8Array): void {
    if (this.#up) this.#in.lane.offer(frame)
    else this.#in.down++
  }

  /** `fn` sees every frame at the NIC's end, both ways. The result ends that. */
  watch(fn: (frame: Uint8Array) => void): () => void {
    return this.#watchers.add(fn)
  }

  #seen(direction: Direction, frame: Uint8Array): void {
    direction.frames++
    direction.bytes += frame.length
    if (this.#watchers.size > 0) this.#watchers.call(frame)
  }
}

class Direction {
  frames = 0
  bytes = 0
  down = 0
  readonly lane: Lane

  constructor(lane: Lane) {
    this.lane = lane
  }

  counts(): LaneCounts {
    const { frames, bytes, down, lane } = this
    return { frames, bytes, down, lost: lane.lost, overflowed: lane.overflowed }
  }
}
