import type { Clock, Timer } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { Store } from '../../bmc/store.ts'
import type { Events } from '../events/events.ts'
import { odataType } from '../facts/schema.ts'
import { link, ROOT } from '../links.ts'
import { type Body, isBody } from '../request.ts'
import { timeText } from '../time-text.ts'
import { segmentOf } from '../uri.ts'
import { type Metric, type ReportDefinition, readDefinition } from './report-definition.ts'

export const TELEMETRY = `${ROOT}/TelemetryService`
const DEFINITIONS = `${TELEMETRY}/MetricReportDefinitions`
const KEY = 'telemetry.definitions'
const MOST = 64

export interface TelemetryParts {
  readonly clock: Clock
  readonly store: Store
  readonly events: Events
  /** A resource as everybody who logs in may see it; undefined: there is none. */
  readonly read: (path: string) => Promise<Body | undefined>
  /** What is there without anybody having made it. */
  readonly builtIn: () => readonly ReportDefinition[]
}

/** Reports of values that resources show. A periodic one is made by a timer of its own; there are none unless somebody made one. */
export class Telemetry {
  readonly #parts: TelemetryParts
  readonly #timers = new Map<string, Timer>()
  readonly #reports = new Map<string, Body>()
  #made: readonly ReportDefinition[]

  constructor(parts: TelemetryParts) {
    this.#parts = parts
    const kept = parts.store.get(KEY)
    this.#made = (Array.isArray(kept) ? kept : []).flatMap((one) => readDefinition(one) ?? [])
    for (const one of this.#made) this.#schedule(one)
  }

  get definitions(): readonly ReportDefinition[] {
    return [...this.#parts.builtIn(), ...this.#made]
  }

  definition(id: string): ReportDefinition | undefined {
    return this.definitions.find((one) => one.id === id)
  }

  isBuiltIn(id: string): boolean {
    return this.#parts.builtIn().some((one) => one.id === id)
  }

  async add(definition: ReportDefinition): Promise<void> {
    if (this.#made.length >= MOST) throw new BmcError('full', `there are ${MOST} report definitions; delete one first`)
    this.#keep([...this.#made, definition])
    this.#schedule(definition)
    if (definition.type === 'Periodic') await this.#make(definition)
  }

  change(id: string, change: Partial<ReportDefinition>): void {
    this.#keep(this.#made.map((one) => (one.id === id ? { ...one, ...change } : one)))
    const changed = this.#made.find((one) => one.id === id)
    if (changed !== undefined) this.#schedule(changed)
  }

  remove(id: string): void {
    this.#timers.get(id)?.cancel()
    this.#timers.delete(id)
    this.#reports.delete(id)
    this.#keep(this.#made.filter((one) => one.id !== id))
  }

  /** A periodic one as it was made last. */
  async report(definition: ReportDefinition): Promise<Body> {
    const kept = definition.type === 'Periodic' ? this.#reports.get(definition.id) : undefined
    return kept ?? this.#make(definition)
  }

  /** A report that a client made up. */
  submit(name: string, values: readonly Body[]): void {
    const { clock, events } = this.#parts
    const body = { Name: name, Timestamp: timeText(clock.now()), MetricValues: values }
    events.sendReport(whole(name, body), `${DEFINITIONS}/${name}`)
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }

  #keep(made: readonly ReportDefinition[]): void {
    this.#parts.store.set(KEY, made)
    this.#made = made
  }

  #schedule({ id, type, enabled, intervalS }: ReportDefinition): void {
    this.#timers.get(id)?.cancel()
    this.#timers.delete(id)
    if (type !== 'Periodic' || !enabled) return
    const timer = this.#parts.clock.after(intervalS * 1000, () => {
      const definition = this.definition(id)
      if (definition === undefined) return
      this.#schedule(definition)
      void this.#make(definition).then((body) => {
        if (definition.asEvent) this.#parts.events.sendReport(whole(id, body), `${DEFINITIONS}/${id}`)
      })
    })
    this.#timers.set(id, timer)
  }

  async #make(definition: ReportDefinition): Promise<Body> {
    const values = await Promise.all(definition.metrics.map((metric) => this.#value(metric)))
    const body = {
      Name: definition.name,
      MetricReportDefinition: link(`${DEFINITIONS}/${definition.id}`),
      Timestamp: timeText(this.#parts.clock.now()),
      MetricValues: values,
    }
    if (definition.type === 'Periodic') this.#reports.set(definition.id, body)
    return body
  }

  async #value({ id, property }: Metric): Promise<Body> {
    const { clock, read } = this.#parts
    const [path, pointer = ''] = property.split('#')
    const value = valueAt(await read(path), pointer)
    return {
      MetricId: id,
      MetricProperty: property,
      MetricValue: value === undefined || value === null ? null : String(value),
      Timestamp: timeText(clock.now()),
    }
  }
}

function whole(id: string, body: Body): Body {
  const path = `${TELEMETRY}/MetricReports/${segmentOf(id)}`
  return { '@odata.id': path, '@odata.type': odataType('MetricReport'), Id: id, ...body }
}

/** RFC 6901. What is no single value is none. */
function valueAt(body: unknown, pointer: string): unknown {
  let value = body
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) value = value[Number(name)]
    else value = isBody(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return typeof value === 'object' ? null : value
}
