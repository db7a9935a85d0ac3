import { BmcError } from '../../base/errors.ts'
import type { Store } from '../../bmc/store.ts'
import { isBody } from '../request.ts'
import { everything, type Interest } from './interest.ts'
import { keptSubscriptions, SUBSCRIPTIONS_KEY } from './kept-subscriptions.ts'

export const retryPolicies = [
  'TerminateAfterRetries',
  'SuspendRetries',
  'RetryForever',
  'RetryForeverWithBackoff',
] as const

export type RetryPolicy = (typeof retryPolicies)[number]

export type HttpHeaders = Readonly<Record<string, string>>

/** Somebody to whom events are sent. */
export interface Subscription {
  readonly id: string
  readonly destination: string
  readonly context: string
  readonly policy: RetryPolicy
  readonly verifyCertificate: boolean
  readonly format: 'Event' | 'MetricReport'
  readonly interest: Interest
  /** Paths of metric report definitions; empty: all. */
  readonly metricReports: readonly string[]
  /** Who made it. */
  readonly userName: string
  readonly suspended: boolean
}

/** As many as a service remembers. */
export const MOST_SUBSCRIPTIONS = 1024

/** Subscriptions are kept: they are there again after a restart. Headers, which may be credentials, are kept as secrets are. */
export class Subscriptions {
  readonly #store: Store
  #last: number
  #all: readonly Subscription[]

  constructor(store: Store) {
    this.#store = store
    const { last, all } = keptSubscriptions(store)
    this.#last = last
    this.#all = all.flatMap((one) => readSubscription(one) ?? [])
  }

  get all(): readonly Subscription[] {
    return this.#all
  }

  get(id: string): Subscription | undefined {
    return this.#all.find((one) => one.id === id)
  }

  add(wanted: Omit<Subscription, 'id' | 'suspended'>, headers: HttpHeaders): Subscription {
    if (this.#all.length >= MOST_SUBSCRIPTIONS) {
      throw new BmcError('full', `there are ${MOST_SUBSCRIPTIONS} subscriptions; delete one first`)
    }
    const number = this.#last + 1
    const made = { ...wanted, id: String(number), suspended: false }
    if (Object.keys(headers).length > 0) {
      this.#store.setSecret(headersKey(made.id), Buffer.from(JSON.stringify(headers), 'utf8'))
    }
    this.#keep([...this.#all, made], number)
    return made
  }

  change(id: string, change: Partial<Subscription>): void {
    this.#keep(this.#all.map((one) => (one.id === id ? { ...one, ...change } : one)))
  }

  remove(id: string): void {
    if (this.get(id) === undefined) return
    this.#keep(this.#all.filter((one) => one.id !== id))
    if (this.#store.getSecret(headersKey(id)) !== undefined) this.#store.setSecret(headersKey(id), new Uint8Array())
  }

  headersOf(id: string): HttpHeaders {
    const secret = this.#store.getSecret(headersKey(id))
    if (secret === undefined || secret.length === 0) return {}
    const value: unknown = JSON.parse(Buffer.from(secret).toString('utf8'))
    return isBody(value) ? textsIn(value) : {}
  }

  #keep(all: readonly Subscription[], last = this.#last): void {
    this.#store.set(SUBSCRIPTIONS_KEY, { last, all })
    this.#all = all
    this.#last = last
  }
}

function headersKey(id: string): string {
  return `events.headers.${id}`
}

export function textsIn(value: Readonly<Record<string, unknown>>): HttpHeaders {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
  )
}

function readSubscription(value: unknown): Subscription | undefined {
  if (!isBody(value)) return undefined
  const { id, destination, context, policy, format, userName } = value
  if (typeof id !== 'string' || typeof destination !== 'string') return undefined
  return {
    id,
    destination,
    context: typeof context === 'string' ? context : '',
    policy: retryPolicies.find((one) => one === policy) ?? 'TerminateAfterRetries',
    verifyCertificate: value.verifyCertificate === true,
    format: format === 'MetricReport' ? 'MetricReport' : 'Event',
    interest: readInterest(value.interest),
    metricReports: texts(value.metricReports),
    userName: typeof userName === 'string' ? userName : '',
    suspended: value.suspended === true,
  }
}

function readInterest(value: unknown): Interest {
  if (!isBody(value)) return everything
  return {
    registryPrefixes: texts(value.registryPrefixes),
    excludedPrefixes: texts(value.excludedPrefixes),
    messageIds: texts(value.messageIds),
    excludedIds: texts(value.excludedIds),
    resourceTypes: texts(value.resourceTypes),
    origins: texts(value.origins),
    subordinates: value.subordinates === true,
    severities: texts(value.severities),
    eventTypes: texts(value.eventTypes),
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
