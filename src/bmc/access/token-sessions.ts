import { hex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Random } from '../../base/random.ts'
import type { Store } from '../store.ts'
import { storedNumber } from '../stored.ts'

/** A log-in by a token that goes with every request, as web doors have them. IPMI's sessions are others (session.ts). */
export interface TokenSession {
  readonly id: string
  readonly token: string
  readonly userId: number
  /** The user's name at the log-in: an entry that was given to somebody else since is another user. */
  readonly userName: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly peer: string | undefined
  /** What the client called it. */
  readonly context: string | undefined
}

export const sessionTimeoutLimits = { shortest: 30, longest: 86_400 } as const
const TIMEOUT_S = 1800
const MOST = 64
const TOKEN_BYTES = 24

interface Kept extends TokenSession {
  lastUsed: number
}

/** Nobody looks through them by a timer: a session whose time is over is found out when somebody asks. */
export class TokenSessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #store: Store
  readonly #byToken = new LazyMap<string, Kept>()
  readonly #opened = new Listeners<[session: TokenSession]>()
  readonly #ended = new Listeners<[session: TokenSession]>()
  #last = 0

  constructor(clock: Clock, random: Random, store: Store) {
    this.#clock = clock
    this.#random = random
    this.#store = store
  }

  /** Seconds without a request after which a session is over. */
  get timeoutS(): number {
    return storedNumber(this.#store, 'token-sessions.timeout') ?? TIMEOUT_S
  }

  setTimeoutS(seconds: number): void {
    this.#store.set('token-sessions.timeout', seconds)
  }

  get all(): readonly TokenSession[] {
    this.#endThoseOver()
    return [...this.#byToken.values()]
  }

  open(user: { readonly id: number; readonly name: string }, peer?: string, context?: string): TokenSession {
    if (this.all.length >= MOST) throw new BmcError('full', `there are ${MOST} sessions; end one first`)
    this.#last++
    const session: Kept = {
      id: String(this.#last),
      token: hex(this.#random.fill(new Uint8Array(TOKEN_BYTES)), ''),
      userId: user.id,
      userName: user.name,
      createdAt: this.#clock.now(),
      peer,
      context,
      lastUsed: this.#clock.monotonic(),
    }
    this.#byToken.set(session.token, session)
    this.#opened.call(session)
    return session
  }

  /** A request came with this token: its time begins anew. */
  use(token: string): TokenSession | undefined {
    const session = this.#byToken.get(token)
    if (session === undefined) return undefined
    if (this.#isOver(session)) {
      this.end(session)
      return undefined
    }
    session.lastUsed = this.#clock.monotonic()
    return session
  }

  end(session: TokenSession): void {
    if (this.#byToken.delete(session.token)) this.#ended.call(session)
  }

  endAll(userId?: number): void {
    for (const session of [...this.#byToken.values()]) {
      if (userId === undefined || session.userId === userId) this.end(session)
    }
  }

  onOpen(fn: (session: TokenSession) => void): () => void {
    return this.#opened.add(fn)
  }

  onEnd(fn: (session: TokenSession) => void): () => void {
    return this.#ended.add(fn)
  }

  #endThoseOver(): void {
    for (const session of [...this.#byToken.values()]) if (this.#isOver(session)) this.end(session)
  }

  #isOver(session: Kept): boolean {
    return this.#clock.monotonic() - session.lastUsed >= this.timeoutS * 1000
  }
}
