import type { EventMessage, Severity } from '../messages/event-message.ts'
import type { Body } from '../request.ts'
import { timeText } from '../time-text.ts'

export const eventTypes = ['StatusChange', 'ResourceUpdated', 'ResourceAdded', 'ResourceRemoved', 'Alert'] as const

export type EventType = (typeof eventTypes)[number]

/** Where it happened. */
export interface Origin {
  /** Path of a resource. */
  readonly path?: string | undefined
  /** The schema of that resource. */
  readonly type?: string | undefined
  /** Path of the log entry that was written of it. */
  readonly logEntry?: string | undefined
}

/** Something that happened: what filters look at, and the record that goes out. */
export interface RedfishEvent {
  readonly messageId: string
  readonly severity: string
  readonly eventType: string
  readonly origin: Origin
  readonly record: Body
}

const typeOfKey: Readonly<Record<string, EventType>> = {
  'ResourceEvent.ResourceCreated': 'ResourceAdded',
  'ResourceEvent.ResourceRemoved': 'ResourceRemoved',
  'ResourceEvent.ResourceChanged': 'ResourceUpdated',
  'ResourceEvent.PropertyValueModifiedByClient': 'ResourceUpdated',
  'ResourceEvent.URIForResourceChanged': 'ResourceUpdated',
  'ResourceEvent.ResourcePoweredOn': 'StatusChange',
  'ResourceEvent.ResourcePoweringOn': 'StatusChange',
  'ResourceEvent.ResourcePoweredOff': 'StatusChange',
  'ResourceEvent.ResourcePoweringOff': 'StatusChange',
  'ResourceEvent.ResourceStateChanged': 'StatusChange',
  'ResourceEvent.ResourceStatusChangedOK': 'StatusChange',
  'ResourceEvent.ResourceStatusChangedWarning': 'StatusChange',
  'ResourceEvent.ResourceStatusChangedCritical': 'StatusChange',
}

/** `severity`: where the event's is not that of its message in general. */
export function eventOf(
  message: EventMessage,
  origin: Origin,
  id: string,
  at: number,
  severity: Severity = message.severity,
): RedfishEvent {
  const eventType = typeOfKey[`${message.prefix}.${message.key}`] ?? 'Alert'
  return {
    messageId: message.id,
    severity,
    eventType,
    origin,
    record: {
      EventType: eventType,
      EventId: id,
      MemberId: '0',
      EventTimestamp: timeText(at),
      MessageId: message.id,
      Message: message.text,
      MessageArgs: message.args,
      MessageSeverity: severity,
      // Of an older time, and read by clients of that time.
      Severity: severity,
      Resolution: message.resolution,
      ...(origin.path !== undefined && { OriginOfCondition: { '@odata.id': origin.path } }),
      ...(origin.logEntry !== undefined && { LogEntry: { '@odata.id': origin.logEntry } }),
    },
  }
}

/** `ResourceEvent.1.4.ResourceChanged` and `ResourceEvent.ResourceChanged` are one: versions do not count where events are chosen. */
export function unversioned(messageId: string): string {
  return messageId.replace(/^(\w+)\.\d+(?:\.\d+)*\.(.+)$/, '$1.$2')
}

export function prefixOf(messageId: string): string {
  return messageId.split('.')[0]
}
