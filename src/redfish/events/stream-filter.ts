import { type Condition, readFilter } from '../query/filter.ts'
import type { Body } from '../request.ts'
import { prefixOf, type RedfishEvent, unversioned } from './event.ts'

/** What an event stream wants (DSP0266 §13.5.2), as `$filter` says it. */
export interface StreamFilter {
  readonly text: string | undefined
  event(event: RedfishEvent): boolean
  /** Path of the definition that the report is by. */
  report(definition: string): boolean
}

/** EventService's SSEFilterPropertiesSupported. */
const names = [
  ...['EventFormatType', 'EventType', 'MessageId', 'MetricReportDefinition', 'OriginResource', 'RegistryPrefix'],
  ...['ResourceType', 'SubordinateResources'],
]

/** A property that has several names at once: any of them is it. */
export function readStreamFilter(text: string | undefined): StreamFilter {
  if (text === undefined) return { text, event: () => true, report: () => false }
  const condition: Condition = readFilter(text, names)
  const below = /\bSubordinateResources\s+eq\s+true\b/.test(text)
  return {
    text,
    event: (event) => condition(factsOf(event, below)),
    report: (definition) =>
      condition({ EventFormatType: 'MetricReport', EventType: 'MetricReport', MetricReportDefinition: definition }),
  }
}

function factsOf({ messageId, eventType, origin }: RedfishEvent, below: boolean): Body {
  const { path, type = '' } = origin
  return {
    EventFormatType: 'Event',
    EventType: eventType,
    MessageId: [messageId, unversioned(messageId)],
    RegistryPrefix: prefixOf(messageId),
    ResourceType: type,
    OriginResource: path === undefined ? '' : below ? upwards(path) : path,
    SubordinateResources: [true, false],
  }
}

function upwards(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 2).join('/'))
}
