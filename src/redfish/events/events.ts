import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { storedBoolean, storedNumber } from '../../bmc/stored.ts'
import type { Identity } from '../access/identity.ts'
import { odataType } from '../facts/schema.ts'
import { refuse } from '../faults.ts'
import { ROOT } from '../links.ts'
import { type EventMessage, say } from '../messages/event-message.ts'
import { baseMessages, resourceEvents } from '../messages/registry.ts'
import type { Body, Sink } from '../request.ts'
import { Changes } from './changes.ts'
import { Delivery, type SendEvent } from './delivery.ts'
import { eventOf, type RedfishEvent } from './event.ts'
import { aliveText, type EventStream, streamText } from './event-stream.ts'
import { isWanted } from './interest.ts'
import type { StreamFilter } from './stream-filter.ts'
import { type HttpHeaders, type Subscription, Subscriptions } from './subscriptions.ts'
import type { Told, Where } from './told.ts'

export interface EventsParts {
  readonly bmc: Bmc
  readonly clock: Clock
  readonly log: Logger
  readonly send: SendEvent
  /** The schema of the resource at a path, or undefined where there is none. */
  readonly typeAt: (path: string) => string | undefined
  /** Schemas that events can be about. */
  readonly resourceTypes: readonly string[]
  /** Begins to watch everything that events are of; the results end that. */
  readonly watch: (told: Told) => readonly (() => void)[]
}

const ATTEMPTS = 3
const INTERVAL_S = 30
const MOST_STREAMS = 32
const ALIVE_MS = 30_000

const SUBSCRIPTIONS = `${ROOT}/EventService/Subscriptions`

const changeKeys = { created: 'ResourceCreated', changed: 'ResourceChanged', removed: 'ResourceRemoved' } as const

/**
 * The events of one service: what happens goes in, and out to subscriptions and streams. Nothing is watched while nobody wants to
 * know.
 */
export class Events {
  readonly subscriptions: Subscriptions
  /** What becomes of resources. */
  readonly changes = new Changes((change, path) => this.#changed(change, path))
  readonly #parts: EventsParts
  readonly #deliveries = new Map<string, Delivery>()
  readonly #streams = new Map<string, EventStream>()
  #unwatch: readonly (() => void)[] | undefined
  #alive: Timer | undefined
  #lastEvent = 0
  #lastStream = 0

  constructor(parts: EventsParts) {
    this.#parts = parts
    this.subscriptions = new Subscriptions(parts.bmc.store)
    for (const one of this.subscriptions.all) this.#deliveries.set(one.id, this.#delivery(one))
    this.#follow()
  }

  get enabled(): boolean {
    return storedBoolean(this.#parts.bmc.store, 'events.enabled') ?? true
  }

  setEnabled(enabled: boolean): void {
    this.#parts.bmc.store.set('events.enabled', enabled)
    this.#follow()
  }

  /** Attempts after the first. */
  get retryAttempts(): number {
    return storedNumber(this.#parts.bmc.store, 'events.attempts') ?? ATTEMPTS
  }

  setRetryAttempts(attempts: number): void {
    this.#parts.bmc.store.set('events.attempts', attempts)
  }

  get retryIntervalS(): number {
    return storedNumber(this.#parts.bmc.store, 'events.interval') ?? INTERVAL_S
  }

  setRetryIntervalS(seconds: number): void {
    this.#parts.bmc.store.set('events.interval', seconds)
  }

  get resourceTypes(): readonly string[] {
    return this.#parts.resourceTypes
  }

  typeAt(path: string): string | undefined {
    return this.#parts.typeAt(path)
  }

  get streams(): readonly EventStream[] {
    return [...this.#streams.values()]
  }

  /** Whether anybody wants to know. */
  get wanted(): boolean {
    return this.#unwatch !== undefined
  }

  /** Something happened: `tell(say(taskEvents, 'TaskStarted', id), { path })`. */
  tell(message: EventMessage, where: Where = {}): void {
    if (!this.wanted) return
    const { clock, typeAt } = this.#parts
    const { path, logEntry, severity } = where
    const type = path === undefined ? undefined : typeAt(path)
    const id = this.#nextId()
    this.send(eventOf(message, { path, type, logEntry }, id, clock.now(), severity), id)
  }

  /** An event that is complete, as a test event is. */
  send(event: RedfishEvent, id = this.#nextId()): void {
    if (!this.wanted) return
    const body = (context: string) => JSON.stringify(eventBody(event.record, id, context))
    for (const one of this.subscriptions.all) {
      // Nobody is told of his own subscription.
      if (one.format !== 'Event' || event.origin.path === `${SUBSCRIPTIONS}/${one.id}`) continue
      if (isWanted(one.interest, event)) this.#deliveries.get(one.id)?.push(body(one.context))
    }
    for (const { filter, sink } of this.#streams.values()) {
      if (filter.event(event)) sink.write(streamText(id, body('')))
    }
  }

  /** A metric report; `definition`: the path of what it is by. */
  sendReport(report: Body, definition: string): void {
    if (!this.wanted) return
    const id = this.#nextId()
    for (const one of this.subscriptions.all) {
      if (!wantsReport(one, definition)) continue
      this.#deliveries.get(one.id)?.push(JSON.stringify({ ...report, Context: one.context }))
    }
    for (const { filter, sink } of this.#streams.values()) {
      if (filter.report(definition)) sink.write(streamText(id, JSON.stringify(report)))
    }
  }

  nextEventId(): string {
    return this.#nextId()
  }

  subscribe(wanted: Omit<Subscription, 'id' | 'suspended'>, headers: HttpHeaders): Subscription {
    const made = this.subscriptions.add(wanted, headers)
    this.#deliveries.set(made.id, this.#delivery(made))
    this.#follow()
    return made
  }

  unsubscribe(id: string): void {
    this.#deliveries.get(id)?.close()
    this.#deliveries.delete(id)
    this.subscriptions.remove(id)
    this.#follow()
  }

  suspend(id: string): void {
    this.subscriptions.change(id, { suspended: true })
    this.#deliveries.get(id)?.suspend()
  }

  /** Events that happened meanwhile come too, those of the last `withinMs`. */
  resume(id: string, withinMs: number): void {
    this.subscriptions.change(id, { suspended: false })
    this.#deliveries.get(id)?.resume(withinMs)
  }

  /** Throws where a stream cannot be opened. */
  checkStream(): void {
    if (!this.enabled) throw refuse(503, 'ServiceDisabled', `${ROOT}/EventService`)
    if (this.#streams.size >= MOST_STREAMS) throw refuse(503, 'EventSubscriptionLimitExceeded')
  }

  /** A connection that wants to be told; the result is called when it is gone. */
  openStream(filter: StreamFilter, by: Identity, sink: Sink): () => void {
    this.#lastStream++
    const stream: EventStream = { id: `SSE${this.#lastStream}`, filter, by, sink }
    const { tokenSessions, users } = this.#parts.bmc
    this.#streams.set(stream.id, stream)
    const unlisten = [
      tokenSessions.onEnd((session) => session === by.session && this.closeStream(stream.id)),
      users.onLockedOut((id) => id === by.userId && this.closeStream(stream.id)),
    ]
    this.#follow()
    sink.write(aliveText)
    return () => {
      for (const one of unlisten) one()
      this.#streams.delete(stream.id)
      this.#follow()
    }
  }

  closeStream(id: string): void {
    this.#streams.get(id)?.sink.end()
  }

  close(): void {
    for (const { sink } of this.streams) sink.end()
    for (const delivery of this.#deliveries.values()) delivery.close()
    this.#deliveries.clear()
    this.#streams.clear()
    this.#unwatchAll()
  }

  #changed(change: keyof typeof changeKeys, path: string): void {
    // What shows what changed may not be served here.
    if (change !== 'removed' && this.#parts.typeAt(path) === undefined) return
    this.tell(say(resourceEvents, changeKeys[change]), { path })
  }

  #nextId(): string {
    this.#lastEvent++
    return String(this.#lastEvent)
  }

  #delivery({ id, suspended }: Subscription): Delivery {
    const { clock, log, send } = this.#parts
    return new Delivery(
      {
        clock,
        log,
        send,
        terms: () => {
          const {
            policy = 'TerminateAfterRetries',
            destination: url = '',
            verifyCertificate = false,
          } = this.subscriptions.get(id) ?? {}
          const headers = this.subscriptions.headersOf(id)
          return {
            policy,
            attempts: this.retryAttempts,
            intervalS: this.retryIntervalS,
            post: (body) => ({ url, headers, body, verifyCertificate }),
          }
        },
        gaveUp: (policy) => this.#gaveUp(id, policy),
        overflowed: () => {
          const event = eventOf(say(baseMessages, 'EventBufferExceeded'), {}, this.#nextId(), clock.now())
          return JSON.stringify(eventBody(event.record, this.#nextId(), this.subscriptions.get(id)?.context ?? ''))
        },
      },
      suspended,
    )
  }

  #gaveUp(id: string, policy: 'TerminateAfterRetries' | 'SuspendRetries'): void {
    const destination = this.subscriptions.get(id)?.destination
    this.#parts.log.warn({ destination, policy }, 'events cannot be delivered')
    const path = `${SUBSCRIPTIONS}/${id}`
    if (policy === 'SuspendRetries') {
      this.suspend(id)
      this.changes.note('changed', path)
    } else {
      this.unsubscribe(id)
      this.changes.note('removed', path)
    }
  }

  /** Watches while there is somebody to tell. */
  #follow(): void {
    const wanted = this.enabled && (this.subscriptions.all.length > 0 || this.#streams.size > 0)
    if (wanted && this.#unwatch === undefined) {
      this.changes.switchTo(true)
      this.#unwatch = this.#parts.watch(this)
    }
    if (!wanted) this.#unwatchAll()
    if (this.#streams.size > 0) this.#alive ??= this.#parts.clock.after(ALIVE_MS, () => this.#sayAlive())
  }

  #sayAlive(): void {
    this.#alive = undefined
    for (const { sink } of this.#streams.values()) sink.write(aliveText)
    this.#follow()
  }

  #unwatchAll(): void {
    for (const one of this.#unwatch ?? []) one()
    this.#unwatch = undefined
    this.changes.switchTo(false)
    if (this.#streams.size > 0) return
    this.#alive?.cancel()
    this.#alive = undefined
  }
}

function eventBody(record: Body, id: string, context: string): Body {
  return { '@odata.type': odataType('Event'), Id: id, Name: 'Event', Context: context, Events: [record] }
}

function wantsReport({ format, interest, metricReports }: Subscription, definition: string): boolean {
  if (format !== 'MetricReport' && !interest.eventTypes.includes('MetricReport')) return false
  return metricReports.length === 0 || metricReports.includes(definition)
}
