import type { Clock, Timer } from '../../base/clock.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { LanListener } from '../../lan/listener.ts'
import type { Place } from '../../net/network.ts'
import type { Bound } from './lan-ports.ts'

/**
 * How long the old address still answers after a move, for the client that asked for it: to get its answer, set the mask and
 * the gateway too, end the set and close its session.
 */
export const FAREWELL_MS = 1_000
/** For an answer that is on its way: to the guest, or to a session that is being closed. */
export const ANSWER_MS = 100

/** A listener, and where it answers. */
export interface Door {
  readonly listener: LanListener
  readonly bound: Bound
}

/** What still answers where the BMC was. */
export interface Leaving {
  readonly door: Door
  readonly place: Place | undefined
  /** Every address was answered, this one included: the new door cannot be opened before the old one is closed. */
  readonly next: Door | undefined
}

/** The doors that a BMC has left and that will be closed in a moment. */
export class Farewells {
  readonly #clock: Clock
  readonly #due: (leaving: Leaving) => void
  readonly #waiting = new LazyMap<Leaving, { timer: Timer; readonly unlisten: () => void }>()

  /** `due` is told when the time of one has come; it calls `finish` when its turn has. */
  constructor(clock: Clock, due: (leaving: Leaving) => void) {
    this.#clock = clock
    this.#due = due
  }

  get all(): readonly Leaving[] {
    return [...this.#waiting.keys()]
  }

  /** Due in a second; earlier, when nobody has a session there any more. */
  add(leaving: Leaving, bmc: Bmc): void {
    const due = () => this.#due(leaving)
    const soon = () => {
      if (leaving.door.listener.sessions.length > 0) return
      entry.timer.cancel()
      entry.timer = this.#clock.after(ANSWER_MS, due)
    }
    const entry = { timer: this.#clock.after(FAREWELL_MS, due), unlisten: bmc.sessions.onEnd(soon) }
    this.#waiting.set(leaving, entry)
    soon()
  }

  /** The BMC comes back to that address: the door stays. */
  takeBack(address: string): Door | undefined {
    const back = this.all.find((leaving) => leaving.door.bound.address === address)
    if (back !== undefined) this.#forget(back)
    return back?.door
  }

  /** Ends the sessions of an old address and closes it; false where that has been done. */
  finish(leaving: Leaving, bmc: Bmc): boolean {
    if (!this.#forget(leaving)) return false
    const { listener } = leaving.door
    for (const session of listener.sessions) {
      // The console is told in a last packet, while there is a socket to send it from.
      if (bmc.sol.active?.session === session) bmc.sol.deactivate(undefined)
      bmc.sessions.end(session, 'link gone')
    }
    listener.close()
    return true
  }

  close(): void {
    for (const leaving of this.all) {
      this.#forget(leaving)
      leaving.door.listener.close()
    }
  }

  #forget(leaving: Leaving): boolean {
    const entry = this.#waiting.get(leaving)
    entry?.timer.cancel()
    entry?.unlisten()
    return this.#waiting.delete(leaving)
  }
}
