import type { Clock } from '../../base/clock.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Session } from './session.ts'

/** IPMI 2.0 §6.12.15: an idle session is closed after 60 s, give or take 3. */
const IDLE_MS = 60_000

/** As many as Get Session Info can count in six bits (§22.20). */
const SLOTS = 63

export type SessionEnd = 'closed' | 'timed out' | 'link gone' | 'user changed' | 'reset'

/** The active sessions of one BMC. */
export class Sessions {
  readonly slots = SLOTS
  readonly #clock: Clock
  readonly #begun: () => void
  readonly #active = new LazyMap<number, Session>()
  readonly #ended = new Listeners<[Session, SessionEnd]>()

  /** `begun`: there is one now that may time out. */
  constructor(clock: Clock, begun: () => void = () => {}) {
    this.#clock = clock
    this.#begun = begun
  }

  get all(): readonly Session[] {
    return [...this.#active.values()]
  }

  get count(): number {
    return this.#active.size
  }

  get full(): boolean {
    return this.#active.size >= SLOTS
  }

  byId(id: number): Session | undefined {
    return this.#active.get(id)
  }

  byHandle(handle: number): Session | undefined {
    for (const session of this.#active.values()) if (session.handle === handle) return session
    return undefined
  }

  /** The lowest free handle; 0 is reserved (§22.20). */
  freeHandle(): number {
    for (let handle = 1; handle <= SLOTS; handle++) if (this.byHandle(handle) === undefined) return handle
    return 0
  }

  add(session: Session): void {
    this.#active.set(session.id, session)
    this.#begun()
  }

  end(session: Session, why: SessionEnd): void {
    if (this.#active.get(session.id) !== session) return
    this.#active.delete(session.id)
    this.#ended.call(session, why)
  }

  onEnd(fn: (session: Session, why: SessionEnd) => void): () => void {
    return this.#ended.add(fn)
  }

  /** Once a second; false: there is none. */
  second(): boolean {
    if (this.#active.size === 0) return false
    const deadline = this.#clock.monotonic() - IDLE_MS
    for (const session of this.#active.values()) if (session.lastSeen < deadline) this.end(session, 'timed out')
    return this.#active.size > 0
  }
}
