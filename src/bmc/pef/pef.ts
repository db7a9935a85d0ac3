import type { Clock, Timer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { type EventFilter, filterMatches, PefAction } from '../../ipmi/pef.ts'
import type { SystemEvent } from '../../ipmi/sel-record.ts'
import { EVENT_DATA_2_SPECIFIC, EVENT_DATA_UNUSED } from '../events.ts'
import type { PowerAction } from '../power/power.ts'
import type { Sel } from '../storage/sel.ts'
import type { Store } from '../store.ts'
import type { PefAlerts } from './pef-alerts.ts'
import { type PefConfiguration, pefActions } from './pef-configuration.ts'
import { PefPostpone } from './pef-postpone.ts'
import { PefProgress } from './pef-progress.ts'

export interface PefParts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly sel: Sel
  readonly configuration: PefConfiguration
  readonly alerts: PefAlerts
  readonly control: (action: PowerAction) => Promise<void>
  /** The sensor of a type; undefined: none is described. */
  readonly sensorOfType: (type: number) => number | undefined
}

/** System Event, PEF action (IPMI 2.0 §42.2, Table 42-3). */
const SYSTEM_EVENT = 0x12
const OFFSET_PEF_ACTION = 4
const SENSOR_SPECIFIC = 0x6f
const NO_SENSOR = 0xff
const BMC_ADDRESS = 0x20

/** The highest comes first, and it is the only one taken (§17.6, Table 17-1). */
const byPriority: readonly (readonly [number, PowerAction])[] = [
  [PefAction.powerDown, 'power down'],
  [PefAction.powerCycle, 'power cycle'],
  [PefAction.reset, 'hard reset'],
  [PefAction.diagnosticInterrupt, 'diagnostic interrupt'],
]

/** A filter that its own action feeds (any event, reset) goes round once in this time, and no faster. */
const ACTION_GAP_MS = 1000
/** Events that may wait for the postpone timer or a startup delay. */
const MOST_WAITING = 512

/**
 * Platform event filtering (IPMI 2.0 chapter 17): looks at every event, logged or not, and does what the filters that match
 * it say. There is a timer only while an event waits. Events of its own ("PEF action") are not filtered.
 */
export class Pef {
  readonly configuration: PefConfiguration
  readonly postpone: PefPostpone
  readonly progress: PefProgress
  readonly #parts: PefParts
  readonly #waiting: SystemEvent[] = []
  #leftOver: readonly SystemEvent[] = []
  /** `clock.monotonic()` before which no event is filtered: a startup delay, or an action just taken. */
  #holdUntil = 0
  #timer: Timer | undefined
  /** Events whose actions are not all done. */
  #open = 0
  #working = false

  constructor(parts: PefParts) {
    this.#parts = parts
    this.configuration = parts.configuration
    this.postpone = new PefPostpone(parts.clock)
    this.progress = new PefProgress(parts.store, parts.sel)
  }

  /** From here on events are filtered as they happen; those in the SEL that nobody has come to yet wait for `resume`. */
  listen(): () => void {
    if (this.configuration.enabled) this.#leftOver = this.progress.takeLeftOver()
    return this.#parts.sel.onEvent((event) => this.#take(event))
  }

  /**
   * Once, when the BMC can be reached again: what was not finished when it was killed still gives its alerts, and no other
   * action, which would come too late (§17.13.1, §17.13.2).
   */
  resume(): void {
    if (this.#leftOver.length === 0) return
    const events = this.#leftOver
    this.#leftOver = []
    for (const event of events) if (!isOwn(event)) this.#filter(event, PefAction.alert)
  }

  /** Arm PEF Postpone Timer: 0 to FEh (§30.2). */
  arm(timeout: number): void {
    this.postpone.arm(timeout)
    if (this.progress.newest !== 0xffff && this.progress.software !== this.progress.newest) this.postpone.begin()
    this.#work()
  }

  /** Software has dealt with the events up to this record, or says how far the BMC has come (§30.5). */
  setLastProcessed(who: 'software' | 'BMC', id: number): void {
    if (who === 'BMC') {
      this.progress.setBmc(id)
      return
    }
    this.progress.setSoftware(id)
    const at = this.#waiting.findIndex((event) => event.id === id)
    if (id === this.progress.newest) this.#waiting.length = 0
    else if (at >= 0) this.#waiting.splice(0, at + 1)
    if (this.#waiting.length === 0) this.postpone.rewind()
    this.#work()
  }

  /** A configuration parameter was set: what came before it is not judged by it. */
  configured(wasEnabled: boolean): void {
    const { newest } = this.progress
    if (!wasEnabled && this.configuration.enabled && newest !== 0xffff) this.progress.setBmc(newest)
    else if (this.#open === 0) this.progress.finished()
  }

  /** The machine was switched on or reset. */
  machineStarted(): void {
    const now = this.#parts.clock.monotonic()
    this.#parts.alerts.holdUntil = now + this.configuration.alertStartupDelay * 1000
    this.#holdUntil = Math.max(this.#holdUntil, now + this.configuration.startupDelay * 1000)
    this.#disarm()
  }

  machineStopped(): void {
    this.#disarm()
  }

  close(): void {
    this.#waiting.length = 0
    this.#leftOver = []
    this.#cancel()
  }

  #take(event: SystemEvent): void {
    this.progress.heard(event)
    if (!this.configuration.enabled) return
    if (isOwn(event)) {
      if (this.#waiting.length === 0) this.progress.passed(event)
      return
    }
    if (this.#waiting.length >= MOST_WAITING) {
      this.#parts.log.warn({ record: event.id }, 'PEF: too many events wait; one was left out')
      return
    }
    this.#waiting.push(event)
    this.#work()
  }

  /** A postponement does not outlive the operating system that asked for it. */
  #disarm(): void {
    this.postpone.disarm()
    this.#work()
  }

  /** Filters what waits, or sets the timer for when it may. */
  #work(): void {
    if (this.#working) return
    this.#cancel()
    this.#working = true
    try {
      while (this.#waiting.length > 0) {
        this.postpone.begin()
        const waitMs = this.#waitMs
        if (waitMs > 0) {
          if (Number.isFinite(waitMs)) this.#timer = this.#parts.clock.after(waitMs, () => this.#work())
          return
        }
        this.postpone.disarm()
        const event = this.#waiting.shift()
        if (event === undefined || !this.configuration.enabled) continue
        this.progress.passed(event)
        this.#filter(event, pefActions)
      }
    } finally {
      this.#working = false
    }
  }

  get #waitMs(): number {
    return Math.max(this.postpone.leftMs, this.#holdUntil - this.#parts.clock.monotonic())
  }

  #cancel(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #filter(event: SystemEvent, allowed: number): void {
    const matching = this.#matching(event)
    const wanted =
      matching.reduce((actions, { filter }) => actions | filter.action, 0) & allowed & this.configuration.actions
    const [bit, action] = byPriority.find(([one]) => (wanted & one) !== 0) ?? [0, undefined]
    const alert = (wanted & PefAction.alert) === 0 ? undefined : this.#parts.alerts.prepare(event, matching)
    if (action === undefined && alert === undefined) return
    this.#parts.log.info({ record: event.id, action, alert: alert !== undefined }, 'PEF action')
    if (this.configuration.reportsActions) this.#report(bit | (alert === undefined ? 0 : PefAction.alert))
    this.#open++
    const done = () => {
      this.#open--
      this.progress.finished(event.id)
    }
    void this.#act(action).then(() => {
      if (alert === undefined) done()
      else alert(done)
    })
  }

  #matching(event: SystemEvent): { readonly number: number; readonly filter: EventFilter }[] {
    return this.configuration.filters
      .map((filter, index) => ({ number: index + 1, filter }))
      .filter(({ filter }) => filter.enabled && filterMatches(filter, event))
  }

  /** Alerts come after the power is down (Table 17-1). */
  async #act(action: PowerAction | undefined): Promise<void> {
    if (action === undefined) return
    this.#holdUntil = Math.max(this.#holdUntil, this.#parts.clock.monotonic() + ACTION_GAP_MS)
    try {
      await this.#parts.control(action)
    } catch (error) {
      this.#parts.log.warn({ action, error: messageOf(error) }, 'PEF: the action failed')
    }
  }

  #report(actions: number): void {
    this.#parts.sel.event({
      sensorType: SYSTEM_EVENT,
      sensorNumber: this.#parts.sensorOfType(SYSTEM_EVENT) ?? NO_SENSOR,
      eventType: SENSOR_SPECIFIC,
      data: [EVENT_DATA_2_SPECIFIC | OFFSET_PEF_ACTION, actions, EVENT_DATA_UNUSED],
    })
  }
}

/** A PEF action that this BMC reported. */
function isOwn({ sensorType, eventType, generatorId, data }: SystemEvent): boolean {
  const isAction =
    sensorType === SYSTEM_EVENT && eventType === SENSOR_SPECIFIC && (data[0] & 0x0f) === OFFSET_PEF_ACTION
  return isAction && generatorId === BMC_ADDRESS
}
