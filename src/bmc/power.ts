import type { Clock, Timer } from '../base/clock.ts'
import { BmcError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { Machine, PowerCause, PowerState, StartOptions } from '../machine/machine.ts'
import type { BootOptions } from './boot-options.ts'
import type { PowerEvents } from './power-events.ts'
import { PowerOnTime } from './power-on-time.ts'
import type { Store } from './store.ts'
import { storedNumber, storedWord } from './stored.ts'

export type PowerAction =
  | 'power down'
  | 'power up'
  | 'power cycle'
  | 'hard reset'
  | 'diagnostic interrupt'
  | 'soft shutdown'

/** Why the machine last started (IPMI 2.0 §28.11); `other request`: a door that is not IPMI. */
export type RestartCause = 'unknown' | 'chassis control' | 'other request' | 'always restore' | 'restore previous'

export const restorePolicies = ['always off', 'previous', 'always on'] as const
export type RestorePolicy = (typeof restorePolicies)[number]

/** What last took the power away, where that is worth a bit in Get Chassis Status (§28.2). */
export type LastPowerDown = 'unremarkable' | 'fault' | 'ac lost'

/** The dark half of a power cycle with an interval of its own. */
interface Dark {
  readonly start: () => Promise<void>
  timer: Timer | undefined
}

export interface PowerParts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly machine: Machine
  readonly boot: BootOptions
  readonly events: PowerEvents
}

/**
 * The one verb with which every door changes the power, and the facts that remain of it. Requests take turns, so that two
 * doors cannot start one machine twice.
 */
export class Power {
  readonly onTime: PowerOnTime
  restartCause: RestartCause = 'unknown'
  /** The channel whose Chassis Control caused the last start; 0 where none did. */
  restartChannel = 0
  /** The last "on" was entered by an IPMI command. */
  lastOnByCommand = false
  lastPowerDown: LastPowerDown = 'unremarkable'
  /** The machine could not be brought into the state that was asked for. */
  controlFault = false
  readonly #clock: Clock
  readonly #log: Logger
  readonly #store: Store
  readonly #machine: Machine
  readonly #boot: BootOptions
  readonly #events: PowerEvents
  readonly #unlisten: () => void
  #turn: Promise<void> = Promise.resolve()
  #dark: Dark | undefined
  #starting = false

  constructor(parts: PowerParts) {
    this.#clock = parts.clock
    this.#log = parts.log
    this.#store = parts.store
    this.#machine = parts.machine
    this.#boot = parts.boot
    this.#events = parts.events
    this.onTime = new PowerOnTime(parts.clock, parts.store)
    // It was on when our last process ended and is off now: for the machine that was the plug being pulled.
    if (this.lastState === 'on' && this.state === 'off') this.lastPowerDown = 'ac lost'
    if (this.state === 'on') this.onTime.start()
    this.#unlisten = parts.machine.onPower((power, cause) => this.#changed(power, cause))
  }

  get state(): PowerState {
    return this.#machine.power
  }

  /** Undefined: never set; the configuration decides what a start of the BMC does. */
  get restorePolicy(): RestorePolicy | undefined {
    return storedWord(this.#store, 'power.restore-policy', restorePolicies)
  }

  setRestorePolicy(policy: RestorePolicy): void {
    this.#store.set('power.restore-policy', policy)
  }

  /** Seconds that a power cycle stays off (§28.9), or undefined: as long as the machine thinks right. */
  get cycleInterval(): number | undefined {
    return storedNumber(this.#store, 'power.cycle-interval')
  }

  setCycleInterval(seconds: number): void {
    this.#store.set('power.cycle-interval', seconds)
  }

  /** `by` is who asked, for the log; `channel` is given by IPMI's Chassis Control. Resolves as the Machine's verbs do. */
  control(action: PowerAction, by: string, channel?: number): Promise<void> {
    return this.#inTurn(() => {
      this.#log.info({ action, by }, 'power control')
      this.#boot.chassisControlled()
      return this.#act(action, channel === undefined ? 'other request' : 'chassis control', channel)
    })
  }

  /** Power is back: does what the restore policy says. False where none was ever set. */
  async restore(): Promise<boolean> {
    const policy = this.restorePolicy
    if (policy === undefined) return false
    if (this.state === 'on') return true
    const cause = policy === 'always on' ? 'always restore' : 'restore previous'
    if (policy === 'always on' || (policy === 'previous' && this.lastState === 'on')) {
      await this.#inTurn(() => this.#act('power up', cause, undefined))
    }
    return true
  }

  tick(): void {
    this.onTime.tick()
  }

  /** Before the machine is closed: what its end does to the power is no event of the machine's life. */
  close(): void {
    this.#unlisten()
    this.#dark?.timer?.cancel()
    this.#dark = undefined
    this.onTime.close()
  }

  /** As it was when last heard of, this process or the one before. */
  get lastState(): PowerState | undefined {
    return storedWord(this.#store, 'power.last', ['on', 'off'])
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(act)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #act(action: PowerAction, cause: RestartCause, channel: number | undefined): Promise<void> {
    const machine = this.#machine
    const start = (begin: (options: StartOptions) => Promise<void>) => this.#start(cause, channel, begin)
    switch (action) {
      case 'power up':
        this.#endDark()
        // On already, unless it is on its way down: the machine knows, and then comes back up.
        if (this.state === 'on') return machine.powerOn({})
        return start((options) => machine.powerOn(options))
      case 'power down':
        this.#endDark()
        return machine.powerOff()
      case 'power cycle':
        // §28.3 recommends D5h for a cycle while off. Who wants "on" says so: powerman does off and on, MAAS --on-if-off.
        this.#mustBeOn(action)
        this.#events.cycled()
        if (this.cycleInterval === undefined) return start((options) => machine.powerCycle(options))
        this.#dark = { start: () => start((options) => machine.powerOn(options)), timer: undefined }
        return machine.powerOff()
      case 'hard reset':
        this.#mustBeOn(action)
        await start((options) => machine.reset(options))
        return this.#events.resetHard()
      case 'diagnostic interrupt':
        this.#mustBeOn(action)
        return machine.nmi()
      case 'soft shutdown':
        this.#mustBeOn(action)
        return machine.softOff()
    }
  }

  /** A boot choice that the machine cannot carry out is left as it is: it has not been used. */
  async #start(
    cause: RestartCause,
    channel: number | undefined,
    begin: (options: StartOptions) => Promise<void>,
  ): Promise<void> {
    const boot = this.#machine.abilities.boot ? this.#boot.takeForStart() : undefined
    const wasOn = this.state === 'on'
    this.#starting = true
    try {
      await begin({ boot })
      this.restartCause = cause
      this.restartChannel = channel ?? 0
      if (!wasOn) this.lastOnByCommand = cause === 'chassis control'
      this.controlFault = false
    } catch (error) {
      if (boot !== undefined && !boot.persistent) this.#boot.putBack()
      // Being told "cannot" is no fault of the power; failing to start is.
      if (!(error instanceof BmcError && error.reason === 'not-supported')) {
        this.controlFault = true
        this.#events.controlFailed()
      }
      throw error
    } finally {
      this.#starting = false
    }
  }

  #mustBeOn(action: PowerAction): void {
    if (this.state === 'off') throw new BmcError('wrong-state', `${action}: the machine is off; power it up first`)
  }

  #changed(power: PowerState, cause: PowerCause): void {
    this.#log.info({ power, cause }, 'power changed')
    this.#store.set('power.last', power)
    this.#events.changed(power)
    if (power === 'on') {
      this.onTime.start()
      if (!this.#starting) {
        this.restartCause = 'unknown'
        this.restartChannel = 0
        this.lastOnByCommand = false
      }
      return
    }
    this.onTime.stop()
    this.lastPowerDown = cause === 'died' ? 'fault' : 'unremarkable'
    if (this.#dark !== undefined) this.#waitInTheDark(this.#dark)
  }

  #waitInTheDark(dark: Dark): void {
    dark.timer = this.#clock.after((this.cycleInterval ?? 0) * 1000, () => {
      if (this.#dark !== dark) return
      this.#dark = undefined
      this.#inTurn(dark.start).catch((error: unknown) => {
        this.#log.error({ error: messageOf(error) }, 'the machine did not come back after a power cycle')
      })
    })
  }

  #endDark(): void {
    this.#dark?.timer?.cancel()
    this.#dark = undefined
  }
}
