import type { BytePort } from '../../base/byte-port.ts'
import { DecodeError } from '../../base/bytes.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { atLeast } from '../../ipmi/privilege.ts'
import { SOL_HEADER_SIZE, SOL_MAX_CHARACTERS } from '../../ipmi/sol.ts'
import { PayloadAccess } from '../access/payload-access.ts'
import type { Session } from '../access/session.ts'
import type { Sessions } from '../access/sessions.ts'
import { SetInProgress } from '../set-in-progress.ts'
import type { Store } from '../store.ts'
import { SolConfiguration } from './sol-configuration.ts'
import { SolEngine } from './sol-engine.ts'

/** Gives a viewer of the serial port, a fresh one for each activation; closing it ends only this view. */
export type OpenConsole = () => BytePort

export interface SolOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly sessions: Sessions
  /** Undefined: a machine without a serial console. */
  readonly openConsole: OpenConsole | undefined
  /** The channel that SOL packets travel on (parameter 7). */
  readonly channel: number
}

/** What the remote console wishes for the payload (IPMI 2.0 §24.1, auxiliary data). */
export interface SolActivation {
  readonly encrypted: boolean
  readonly authenticated: boolean
}

/** Refusals that Activate Payload has codes of its own for (§24.1). */
export type SolOutcome = 'activated' | 'already active' | 'disabled' | 'cannot encrypt' | 'must encrypt'

/**
 * Payload sizes of Activate Payload's reply. 255 characters in, although pyghmi 1.5 does not count the header in the
 * inbound size; 259 is the most that libipmiconsole 1.6 accepts, and full packets are the fastest.
 */
export const SOL_INBOUND_SIZE = SOL_MAX_CHARACTERS
export const SOL_OUTBOUND_SIZE = SOL_MAX_CHARACTERS + SOL_HEADER_SIZE

/** Serial over LAN (IPMI 2.0 chapters 15 and 26): one instance, owned by at most one session. */
export class Sol {
  readonly channel: number
  readonly config: SolConfiguration
  readonly access: PayloadAccess
  readonly setInProgress: SetInProgress
  readonly #clock: Clock
  readonly #log: Logger
  readonly #openConsole: OpenConsole | undefined
  readonly #unlisten: () => void
  #running: Running | undefined

  constructor({ clock, log, store, sessions, openConsole, channel }: SolOptions) {
    this.#clock = clock
    this.#log = log
    this.#openConsole = openConsole
    this.channel = channel
    this.config = new SolConfiguration(store)
    this.access = new PayloadAccess(store)
    this.setInProgress = new SetInProgress(clock)
    this.#unlisten = sessions.onEnd((session) => {
      this.setInProgress.sessionEnded(session)
      if (this.#running?.session === session) this.#stop('its session ended')
    })
  }

  get supported(): boolean {
    return this.#openConsole !== undefined
  }

  get active(): { readonly session: Session } | undefined {
    return this.#running
  }

  /**
   * Gives the console to `session`. A session that asks again for what it has starts afresh: the first answer got lost.
   * Throws BmcError `forbidden` where the user may not use SOL.
   */
  activate(session: Session, { encrypted, authenticated }: SolActivation): SolOutcome {
    const { enabled, forceEncryption, forceAuthentication, privilege } = this.config.parameters
    if (this.#openConsole === undefined || !enabled) return 'disabled'
    if (!atLeast(session.privilege, privilege) || !this.access.mayUseSol(session.userId, session.channel)) {
      throw new BmcError('forbidden', `user ${session.userId} may not use SOL at level ${session.privilege}`)
    }
    if ((encrypted && !session.encrypted) || (authenticated && !session.authenticated)) return 'cannot encrypt'
    if ((forceEncryption && !encrypted) || (forceAuthentication && !authenticated)) return 'must encrypt'
    if (this.#running !== undefined && this.#running.session !== session) return 'already active'
    this.#stop('activated anew')
    this.#running = new Running(this.#clock, session, this.#openConsole(), this.config)
    this.#log.info({ user: session.userName, from: session.peer.address }, 'SOL activated')
    return 'activated'
  }

  /**
   * False when there was nothing to end. The owner is told with a last packet, unless it is the one that asks: ipmitool
   * 1.8.19 would take the packet for the answer to its request.
   */
  deactivate(by: Session | undefined): boolean {
    const running = this.#running
    if (running === undefined) return false
    this.#stop(running.session === by ? 'deactivated' : 'deactivated by another session')
    if (running.session !== by) running.engine.sayDeactivated()
    return true
  }

  /** A SOL payload that arrived on `session`; from a session that does not own the console it is not even acknowledged. */
  receive(session: Session, payload: Uint8Array): void {
    const running = this.#running
    if (running?.session !== session) return
    try {
      running.receive(payload)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#log.debug({ why: error.message }, 'SOL payload dropped')
    }
  }

  close(): void {
    this.#unlisten()
    this.#stop('closing')
  }

  #stop(why: string): void {
    const running = this.#running
    if (running === undefined) return
    this.#running = undefined
    running.end()
    this.#log.info({ user: running.session.userName, why, ...running.engine.counters }, 'SOL ended')
  }
}

/** One activation: the engine with its console, its session and its one timer. */
class Running {
  readonly session: Session
  readonly engine: SolEngine
  readonly #clock: Clock
  readonly #serial: BytePort
  readonly #unlisten: readonly (() => void)[]
  #timer: { readonly at: number; readonly timer: Timer } | undefined

  constructor(clock: Clock, session: Session, serial: BytePort, config: SolConfiguration) {
    this.#clock = clock
    this.session = session
    this.#serial = serial
    const ends = {
      send: session.sendSol,
      write: (bytes: Uint8Array) => serial.write(bytes),
      sendBreak: () => serial.sendBreak(),
      hold: (on: boolean) => (on ? serial.pause() : serial.resume()),
    }
    this.engine = new SolEngine(config.timings, ends, serial.up)
    this.#unlisten = [
      serial.onData((bytes) => this.#run((now) => this.engine.fromHost(bytes, now))),
      serial.onUp((up) => this.#run((now) => this.engine.hostChanged(up, now))),
      serial.onDrain(() => this.#run((now) => this.engine.hostRoom(now))),
    ]
  }

  receive(payload: Uint8Array): void {
    this.#run((now) => this.engine.fromConsole(payload, now))
  }

  end(): void {
    for (const unlisten of this.#unlisten) unlisten()
    this.#timer?.timer.cancel()
    this.#timer = undefined
    this.#serial.close()
  }

  #run(step: (now: number) => void): void {
    try {
      step(this.#clock.monotonic())
    } finally {
      this.#setTimer()
    }
  }

  /** A timer that fires too early asks again; so most packets need no new one. */
  #setTimer(): void {
    const at = this.engine.wakeAt
    if (at === undefined || (this.#timer !== undefined && this.#timer.at <= at)) return
    this.#timer?.timer.cancel()
    const timer = this.#clock.after(Math.max(0, Math.ceil(at - this.#clock.monotonic())), () => {
      this.#timer = undefined
      this.#run((now) => {
        if (this.engine.wakeAt !== undefined && now >= this.engine.wakeAt) this.engine.due(now)
      })
    })
    this.#timer = { at, timer }
  }
}
