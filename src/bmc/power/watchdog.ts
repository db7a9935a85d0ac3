import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { LazySet } from '../../base/lazy-map.ts'
import type { Logger } from '../../base/logger.ts'
import { type BmcEvents, EVENT_DATA_2_SPECIFIC, EVENT_DATA_UNUSED } from '../events.ts'
import type { Messages } from '../messages.ts'
import type { Store } from '../store.ts'
import { storedBoolean, storedWord } from '../stored.ts'
import type { Power, PowerAction } from './power.ts'

/** Who started it (IPMI 2.0 §27.6, Table 27-6, byte 1). */
export const watchdogUses = { 'BIOS FRB2': 1, 'BIOS/POST': 2, 'OS load': 3, 'SMS/OS': 4, OEM: 5 } as const
export type WatchdogUse = keyof typeof watchdogUses

/** What it does when nobody restarts it in time (byte 2). */
export const watchdogActions = { none: 0, 'hard reset': 1, 'power down': 2, 'power cycle': 3 } as const
export type WatchdogAction = keyof typeof watchdogActions
const actionWords = ['none', 'hard reset', 'power down', 'power cycle'] as const satisfies readonly WatchdogAction[]

/** What warns the guest some seconds before (byte 2). An SMI is nothing that a machine here can be given. */
export const watchdogInterrupts = { none: 0, nmi: 2, messaging: 3 } as const
export type WatchdogInterrupt = keyof typeof watchdogInterrupts
const interruptWords = ['none', 'nmi', 'messaging'] as const satisfies readonly WatchdogInterrupt[]

export interface WatchdogSettings {
  readonly use: WatchdogUse
  readonly dontLog: boolean
  readonly action: WatchdogAction
  readonly interrupt: WatchdogInterrupt
  /** Seconds before the end at which the interrupt comes. */
  readonly preTimeoutS: number
  /** In steps of 100 ms. */
  readonly countdown: number
}

/** Watchdog 2 (§42.2, Table 42-3). Offsets 0 to 3 are the actions, 8 is the interrupt before. */
export const WATCHDOG_SENSOR_TYPE = 0x23
const SENSOR_SPECIFIC = 0x6f
const OFFSET_INTERRUPT = 8
/** The number in its events where no sensor of that type is described. */
const UNDESCRIBED_SENSOR = 0x03

const ENABLED = 'watchdog.enabled'
const ACTION = 'watchdog.action'
const INTERRUPT = 'watchdog.interrupt'

/** Of one that an administrator has set up and the guest has not: whatever the guest runs, it comes by more often. */
const USUAL_COUNTDOWN = 3000

const STEP_MS = 100
const SECOND_MS = 1000

export interface WatchdogParts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly power: Power
  readonly events: BmcEvents
  readonly messages: Messages
  /** Of its sensor; undefined: none is described. */
  readonly sensor: number | undefined
}

/**
 * The watchdog timer (IPMI 2.0 chapter 27). It runs on the node's clock with one timer, and only while it counts. A start
 * or reset of the machine and the loss of its power stop it; the flags of what expired stay until they are cleared or
 * the BMC is reset. What an administrator chose for it (`enable`, `choose`) is kept, what its guest set is not.
 */
export class Watchdog {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #store: Store
  readonly #power: Power
  readonly #events: BmcEvents
  readonly #messages: Messages
  readonly #sensor: number
  readonly #expired = new LazySet<WatchdogUse>()
  #settings: WatchdogSettings | undefined
  /** `clock.monotonic()` when it expires; undefined: it is not running. */
  #deadline: number | undefined
  /** What is left while it is not running. */
  #leftMs = 0
  #warned = false
  #timer: Timer | undefined

  constructor(parts: WatchdogParts) {
    this.#clock = parts.clock
    this.#log = parts.log
    this.#store = parts.store
    this.#power = parts.power
    this.#events = parts.events
    this.#messages = parts.messages
    this.#sensor = parts.sensor ?? UNDESCRIBED_SENSOR
    this.#settings = this.#chosen
    this.#leftMs = (this.#settings?.countdown ?? 0) * STEP_MS
  }

  /** False: it was switched off by an administrator, and nobody can start it. */
  get enabled(): boolean {
    return storedBoolean(this.#store, ENABLED) ?? true
  }

  enable(enabled: boolean): void {
    if (enabled !== this.enabled) this.#store.set(ENABLED, enabled)
    if (!enabled) this.stop()
  }

  /** What it does at its end and before, from now on and after a restart of the BMC, until its guest sets it otherwise. It goes on counting. */
  choose({ action, interrupt }: Partial<Pick<WatchdogSettings, 'action' | 'interrupt'>>): void {
    if (action !== undefined) this.#store.set(ACTION, action)
    if (interrupt !== undefined) this.#store.set(INTERRUPT, interrupt)
    if (this.#settings === undefined) {
      this.#settings = this.#chosen
      this.#leftMs = (this.#settings?.countdown ?? 0) * STEP_MS
      return
    }
    this.#settings = { ...this.#settings, ...(action && { action }), ...(interrupt && { interrupt }) }
    if (this.running) this.#wait(this.#settings)
  }

  /** Undefined until the first `set`. */
  get settings(): WatchdogSettings | undefined {
    return this.#settings
  }

  get running(): boolean {
    return this.#deadline !== undefined
  }

  /** In steps of 100 ms; the first step counts until it is over. */
  get present(): number {
    return Math.ceil(this.#remainingMs / STEP_MS)
  }

  hasExpired(use: WatchdogUse): boolean {
    return this.#expired.has(use)
  }

  /** Stops it, unless `dontStop`: then it runs on with the new countdown if it was running (§27.6). */
  set(settings: WatchdogSettings, dontStop: boolean, clear: readonly WatchdogUse[]): void {
    if (settings.interrupt !== 'none' && settings.preTimeoutS * SECOND_MS > settings.countdown * STEP_MS) {
      throw new BmcError('invalid-field', 'the pre-timeout interval is longer than the countdown')
    }
    const goOn = dontStop && this.running && this.enabled
    this.stop()
    this.#settings = settings
    this.#leftMs = settings.countdown * STEP_MS
    this.#messages.setWatchdogPreTimeout(false)
    for (const use of clear) this.#expired.delete(use)
    if (goOn) this.#start(settings)
  }

  /** Reset Watchdog Timer (§27.5): counts from the beginning. False where there is nothing to count from. */
  restart(): boolean {
    if (!this.enabled) throw new BmcError('wrong-state', 'the watchdog was switched off by an administrator')
    if (this.#settings === undefined) return false
    if (this.running && this.#warned) {
      throw new BmcError('wrong-state', 'the pre-timeout interrupt has come; only Set Watchdog Timer stops it now')
    }
    this.#start(this.#settings)
    return true
  }

  stop(): void {
    this.#leftMs = this.#remainingMs
    this.#deadline = undefined
    this.#warned = false
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** A Cold Reset of the BMC: as if its guest had never set it. */
  reset(): void {
    this.stop()
    this.#settings = this.#chosen
    this.#leftMs = (this.#settings?.countdown ?? 0) * STEP_MS
    this.#expired.clear()
  }

  /** Undefined: no administrator has chosen anything. */
  get #chosen(): WatchdogSettings | undefined {
    const action = storedWord(this.#store, ACTION, actionWords)
    const interrupt = storedWord(this.#store, INTERRUPT, interruptWords)
    if (action === undefined && interrupt === undefined) return undefined
    return {
      use: 'SMS/OS',
      dontLog: false,
      action: action ?? 'none',
      interrupt: interrupt ?? 'none',
      preTimeoutS: 0,
      countdown: USUAL_COUNTDOWN,
    }
  }

  get #remainingMs(): number {
    return this.#deadline === undefined ? this.#leftMs : Math.max(0, this.#deadline - this.#clock.monotonic())
  }

  #start(settings: WatchdogSettings): void {
    this.#deadline = this.#clock.monotonic() + settings.countdown * STEP_MS
    this.#warned = false
    this.#wait(settings)
  }

  /** For the interrupt, then for the end. With no interval between them they come together (§27.3). */
  #wait(settings: WatchdogSettings): void {
    this.#timer?.cancel()
    const early = settings.interrupt === 'none' || this.#warned ? 0 : settings.preTimeoutS * SECOND_MS
    this.#timer = this.#clock.after(this.#remainingMs - early, () => {
      if (settings.interrupt !== 'none' && !this.#warned) this.#warn(settings)
      if (this.#remainingMs > 0) this.#wait(settings)
      else this.#expire(settings)
    })
  }

  #warn({ interrupt, use, dontLog }: WatchdogSettings): void {
    this.#warned = true
    this.#log.info({ interrupt, use }, 'watchdog: pre-timeout')
    if (!dontLog) this.#record(OFFSET_INTERRUPT, interrupt, use)
    if (interrupt === 'messaging') this.#messages.setWatchdogPreTimeout(true)
    else this.#do('diagnostic interrupt')
  }

  #expire(settings: WatchdogSettings): void {
    const { action, interrupt, use, dontLog } = settings
    this.stop()
    this.#leftMs = 0
    this.#expired.add(use)
    this.#log.warn({ action, use }, 'watchdog: expired')
    if (!dontLog) this.#record(watchdogActions[action], interrupt, use)
    // "Don't log" holds for one time-out (§27.2).
    this.#settings = { ...settings, dontLog: false }
    if (action !== 'none') this.#do(action)
  }

  #do(action: PowerAction): void {
    this.#power.control(action, 'the watchdog', 'watchdog').catch((error: unknown) => {
      this.#log.warn({ action, error: messageOf(error) }, 'watchdog: the action failed')
    })
  }

  #record(offset: number, interrupt: WatchdogInterrupt, use: WatchdogUse): void {
    this.#events.event({
      sensorType: WATCHDOG_SENSOR_TYPE,
      sensorNumber: this.#sensor,
      eventType: SENSOR_SPECIFIC,
      data: [
        EVENT_DATA_2_SPECIFIC | offset,
        (watchdogInterrupts[interrupt] << 4) | watchdogUses[use],
        EVENT_DATA_UNUSED,
      ],
    })
  }
}
