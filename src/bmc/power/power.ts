import { type Clock, sleep } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Logger } from '../../base/logger.ts'
import type { Machine, PowerCause, PowerState, StartOptions } from '../../machine/machine.ts'
import type { Store } from '../store.ts'
import { storedNumber, storedWord } from '../stored.ts'
import type { BiosSettings } from './bios-settings.ts'
import type { BootOptions } from './boot-options.ts'
import type { BootOrder } from './boot-order.ts'
import { PendingStart } from './pending-start.ts'
import type { PowerEvents } from './power-events.ts'
import { PowerOnTime } from './power-on-time.ts'

/** `soft restart`: the guest is asked to go off, and is started again when it has. */
export type PowerAction = ChassisAction | 'soft restart'

/** What Chassis Control can ask for (IPMI 2.0 §28.3). */
export type ChassisAction =
  | 'power down'
  | 'power up'
  | 'power cycle'
  | 'hard reset'
  | 'diagnostic interrupt'
  | 'soft shutdown'

/** Why the machine last started (IPMI 2.0 §28.11); `other request`: a door that is not IPMI. */
export type RestartCause =
  | 'unknown'
  | 'chassis control'
  | 'watchdog'
  | 'other request'
  | 'always restore'
  | 'restore previous'
  | 'soft reset'
  | 'PEF reset'
  | 'PEF power cycle'

/** What stands behind a request where IPMI has a word for it: the channel of a Chassis Control, or the BMC itself. */
export type PowerOrigin = number | 'watchdog' | 'pef'

export const restorePolicies = ['always off', 'previous', 'always on'] as const
export type RestorePolicy = (typeof restorePolicies)[number]

/** What last took the power away, where that is worth a bit in Get Chassis Status (§28.2). */
export type LastPowerDown = 'unremarkable' | 'fault' | 'ac lost'

/**
 * How long a requester waits for a machine to go off and come back before "accepted" is the answer: the VM may take
 * poweroff_wait and kill_wait, while ipmitool and xCAT give up after about five seconds.
 */
const PATIENCE_MS = 2_000

/** How long a guest that was asked to restart may take to go off. */
const SOFT_RESTART_MS = 600_000

/** As it was when last heard of. */
export function lastPowerIn(store: Store): PowerState | undefined {
  return storedWord(store, 'power.last', ['on', 'off'])
}

export interface PowerParts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly machine: Machine
  readonly boot: BootOptions
  readonly order: BootOrder
  readonly settings: BiosSettings
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
  readonly #order: BootOrder
  readonly #settings: BiosSettings
  readonly #events: PowerEvents
  readonly #unlisten: readonly (() => void)[]
  readonly #started = new Listeners<[]>()
  #turn: Promise<void> = Promise.resolve()
  #pending: PendingStart | undefined
  /** "Off" was asked for and has not happened yet. */
  #goingDown = false
  #starting = false
  /** What the machine boots from by itself since it was started last, as text; undefined: that was before this process. */
  #given: string | undefined
  /** What is pending waits for a guest that was only asked to go off. */
  #soft: PendingStart | undefined

  constructor(parts: PowerParts) {
    this.#clock = parts.clock
    this.#log = parts.log
    this.#store = parts.store
    this.#machine = parts.machine
    this.#boot = parts.boot
    this.#order = parts.order
    this.#settings = parts.settings
    this.#events = parts.events
    this.onTime = new PowerOnTime(parts.clock, parts.store)
    // It was on when our last process ended and is off now: for the machine that was the plug being pulled.
    if (this.lastState === 'on' && this.state === 'off') this.lastPowerDown = 'ac lost'
    if (this.state === 'on') {
      this.onTime.start()
      if (this.lastState !== 'on') this.#note('power.last', 'on')
    }
    this.#unlisten = [
      parts.machine.onPower((power, cause) => this.#changed(power, cause)),
      parts.machine.onReset?.(() => this.#guestReset()) ?? (() => {}),
    ]
  }

  get state(): PowerState {
    return this.#machine.power
  }

  /** When it last started or was reset, milliseconds since 1970; undefined: never. */
  get lastStartAt(): number | undefined {
    return storedNumber(this.#store, 'power.last-start')
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

  /**
   * `by` is who asked, for the log. Resolves when it is done; where the machine must go off first and takes its time over
   * it, when that is under way.
   */
  async control(action: PowerAction, by: string, origin?: PowerOrigin): Promise<void> {
    const pending = await this.#inTurn(async () => {
      this.#log.info({ action, by }, 'power control')
      // "Off" is right whatever the machine says of itself, even when it cannot tell.
      if (action !== 'power down') await this.#machine.askPower?.()
      if (origin === 'watchdog') return this.#act(action, 'watchdog', undefined)
      if (origin === 'pef')
        return this.#act(action, action === 'hard reset' ? 'PEF reset' : 'PEF power cycle', undefined)
      this.#boot.chassisControlled()
      return this.#act(action, origin === undefined ? 'other request' : 'chassis control', origin)
    })
    if (pending !== undefined) await Promise.race([pending.finished, sleep(this.#clock, PATIENCE_MS)])
  }

  /** The machine was started or reset by one of our verbs. */
  onStarted(fn: () => void): () => void {
    return this.#started.add(fn)
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

  minute(): void {
    this.onTime.minute()
  }

  /** Before the machine is closed: what its end does to the power is no event of the machine's life. */
  close(): void {
    for (const unlisten of this.#unlisten) unlisten()
    this.#callOff()
    this.onTime.close()
  }

  /** As it was when last heard of, this process or the one before. */
  get lastState(): PowerState | undefined {
    return lastPowerIn(this.#store)
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act)
    this.#turn = turn.then(
      () => {},
      () => {},
    )
    return turn
  }

  /** What is returned waits for the machine to be off, outside the turn: the next request must be able to call it off. */
  async #act(action: PowerAction, cause: RestartCause, channel: number | undefined): Promise<PendingStart | undefined> {
    const machine = this.#machine
    const start = (begin: (options: StartOptions) => Promise<void>) => this.#start(cause, channel, begin)
    switch (action) {
      case 'power up':
        if (this.state === 'on') {
          if (!this.#goingDown || this.#pending !== undefined) return this.#pending
          return this.#startWhenOff(() => start((options) => machine.powerOn(options)))
        }
        this.#callOff()
        await start((options) => machine.powerOn(options))
        return undefined
      case 'power down':
        this.#callOff()
        await this.#goDown()
        return undefined
      case 'power cycle': {
        // §28.3 recommends D5h for a cycle while off. Who wants "on" says so: powerman does off and on, MAAS --on-if-off.
        this.#mustBeOn(action)
        if (!machine.abilities.powerOn) {
          throw new BmcError('not-supported', 'power cycle: this machine could not be started again from here')
        }
        const pending = this.#startWhenOff(() => start((options) => machine.powerOn(options)))
        this.#events.cycled()
        await this.#goDown()
        // An interval of its own is somebody's wish to wait: the answer does not.
        return this.cycleInterval === undefined ? pending : undefined
      }
      case 'hard reset':
        this.#mustBeOn(action)
        this.#callOffSoft()
        await start((options) => machine.reset(options))
        this.#events.resetHard()
        return undefined
      case 'diagnostic interrupt':
        this.#mustBeOn(action)
        await machine.nmi()
        return undefined
      case 'soft shutdown':
        this.#mustBeOn(action)
        this.#callOffSoft()
        await machine.softOff()
        return undefined
      case 'soft restart':
        return this.#restartSoftly(() => start((options) => machine.powerOn(options)))
    }
  }

  /** A guest that does not listen may not start again hours later, when it is shut down for another reason. */
  async #restartSoftly(start: () => Promise<void>): Promise<PendingStart> {
    const { powerOn, softOff } = this.#machine.abilities
    this.#mustBeOn('soft restart')
    if (!powerOn || !softOff) throw new BmcError('not-supported', 'soft restart: this machine could not do that')
    // Another cycle is under way already, and ends with a start too.
    if (this.#goingDown && this.#pending !== undefined) return this.#pending
    const pending = this.#startWhenOff(start)
    pending.timer = this.#clock.after(SOFT_RESTART_MS, () => this.#callOffSoft())
    this.#soft = pending
    try {
      await this.#machine.softOff()
    } catch (error) {
      this.#callOffSoft()
      throw error
    }
    return pending
  }

  /** A boot choice that the machine cannot carry out is left as it is: it has not been used. */
  async #start(
    cause: RestartCause,
    channel: number | undefined,
    begin: (options: StartOptions) => Promise<void>,
  ): Promise<void> {
    if (cause === 'watchdog') this.#boot.watchdogExpired()
    if (cause === 'PEF reset' || cause === 'PEF power cycle') this.#boot.pefActed()
    const boot = this.#machine.abilities.boot ? this.#boot.takeForStart() : undefined
    const order = this.#order.forStart()
    const settings = this.#settings.forStart(boot?.mode)
    const given = this.#lasting()
    const wasOn = this.state === 'on'
    this.#starting = true
    try {
      await begin({ boot, ...(order && { order }), ...(settings && { settings }) })
      this.#settings.applied()
      this.#given = given
      this.restartCause = cause
      this.#note('power.last-start', this.#clock.now())
      this.restartChannel = channel ?? 0
      if (!wasOn) this.lastOnByCommand = cause === 'chassis control'
      this.controlFault = false
      this.#started.call()
    } catch (error) {
      if (boot !== undefined && !boot.persistent) this.#boot.putBack()
      this.#settings.failed(messageOf(error))
      // Being told "cannot" is no fault of the power; failing to start is.
      if (!(error instanceof BmcError && error.reason === 'not-supported')) {
        // Over IPMI a completion code is all that the requester hears.
        this.#log.error({ error: messageOf(error), cause }, 'the machine did not start')
        this.controlFault = true
        this.#events.controlFailed()
      }
      throw error
    } finally {
      this.#starting = false
    }
  }

  #mustBeOn(action: PowerAction): void {
    if (this.state === 'off') throw new BmcError('powered-off', `${action}: the machine is off; power it up first`)
  }

  #changed(power: PowerState, cause: PowerCause): void {
    this.#log.info({ power, cause }, 'power changed')
    // The second half of a power cycle is owed, also by a process that comes after this one.
    if (power === 'on' || this.#pending === undefined) this.#note('power.last', power)
    this.#events.changed(power)
    if (power === 'on') {
      this.#goingDown = false
      this.onTime.start()
      if (!this.#starting) {
        this.restartCause = 'unknown'
        this.#note('power.last-start', this.#clock.now())
        this.restartChannel = 0
        this.lastOnByCommand = false
      }
      return
    }
    this.#goingDown = false
    this.onTime.stop()
    this.lastPowerDown = cause === 'died' ? 'fault' : 'unremarkable'
    if (this.#pending !== undefined) this.#waitInTheDark(this.#pending)
  }

  /**
   * A guest that restarts itself comes by its firmware as after any reset: what waits for that is taken up by a reset of ours, right behind
   * its own.
   */
  #guestReset(): void {
    this.restartCause = 'soft reset'
    this.restartChannel = 0
    this.#note('power.last-start', this.#clock.now())
    if (this.#starting || !this.#isWaitedFor) return
    this.#inTurn(async () => {
      if (this.state === 'off' || this.#goingDown) return
      await this.#start('soft reset', undefined, (options) => this.#machine.reset(options))
    }).catch((error: unknown) => {
      this.#log.warn(
        { error: messageOf(error) },
        'what was chosen for the next start was not taken up by a restart of the guest',
      )
    })
  }

  get #isWaitedFor(): boolean {
    const { abilities } = this.#machine
    if (!abilities.reset) return false
    if (this.#settings.pending !== undefined) return true
    const isOnce = this.#boot.override.enabled === 'once'
    return abilities.boot && (isOnce || (this.#given !== undefined && this.#given !== this.#lasting()))
  }

  /** Of what decides where the machine boots from, that which does not end with one start. */
  #lasting(): string {
    const { override, httpUri, target, mode } = this.#boot
    const { device } = override
    const boot = override.enabled === 'continuous' ? { device, httpUri, target, mode } : {}
    return JSON.stringify({ boot, order: this.#order.forStart() })
  }

  async #goDown(): Promise<void> {
    this.#goingDown = this.state === 'on'
    try {
      await this.#machine.powerOff()
    } catch (error) {
      this.#goingDown = false
      this.#callOff()
      throw error
    }
  }

  #startWhenOff(start: () => Promise<void>): PendingStart {
    this.#callOff()
    this.#pending = new PendingStart(start)
    return this.#pending
  }

  #waitInTheDark(pending: PendingStart): void {
    pending.timer?.cancel()
    this.#soft = undefined
    const seconds = this.cycleInterval ?? 0
    if (seconds === 0) this.#comeBack(pending)
    else pending.timer = this.#clock.after(seconds * 1000, () => this.#comeBack(pending))
  }

  /** What the machine does is so, whether there is room to write it down or not. */
  #note(key: 'power.last' | 'power.last-start', value: PowerState | number): void {
    try {
      this.#store.set(key, value)
    } catch (error) {
      this.#log.error({ key, error: messageOf(error) }, 'what became of the power could not be kept')
    }
  }

  #comeBack(pending: PendingStart): void {
    const started = this.#inTurn(async () => {
      if (this.#pending !== pending) return
      this.#pending = undefined
      await pending.start()
    })
    pending.settleWith(started)
    // Told where it failed.
    started.catch(() => this.#note('power.last', this.state))
  }

  #callOffSoft(): void {
    if (this.#soft !== undefined && this.#soft === this.#pending) this.#callOff()
    this.#soft = undefined
  }

  #callOff(): void {
    if (this.#pending === undefined) return
    this.#pending.callOff()
    this.#pending = undefined
    if (this.state === 'off') this.#note('power.last', 'off')
  }
}
