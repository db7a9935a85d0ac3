import { severityOf } from '../messages/event-message.ts'
import { registries } from '../messages/registry.ts'
import { timeText } from '../time-text.ts'
import { prefixOf, type RedfishEvent } from './event.ts'

/** What a client wants an event to say (EventService.SubmitTestEvent). */
export interface TestEventGiven {
  readonly MessageId?: string
  readonly EventGroupId?: number
  readonly EventTimestamp?: string
  readonly EventType?: string
  readonly Message?: string
  readonly MessageArgs?: readonly string[]
  readonly MessageSeverity?: string
  readonly Severity?: string
  readonly OriginOfCondition?: string
}

/** What is not said is what the registry of the message says, where that is one of ours. */
export function testEvent(
  given: TestEventGiven,
  id: string,
  at: number,
  typeAt: (path: string) => string | undefined,
): RedfishEvent {
  const { MessageId: messageId = '', MessageArgs = [], OriginOfCondition: path, EventType: eventType = 'Alert' } = given
  const registry = registries.find(({ facts }) => facts.prefix === prefixOf(messageId))
  const key = messageId.split('.').at(-1) ?? ''
  const wording = registry && Object.hasOwn(registry.wording, key) ? registry.wording[key] : undefined
  const severity = given.MessageSeverity ?? given.Severity ?? severityOf(registry?.facts.messages[key])
  const text = given.Message ?? wording?.[0].replace(/%(\d)/g, (_, n: string) => MessageArgs[Number(n) - 1] ?? '')
  return {
    messageId,
    severity,
    eventType,
    origin: { path, type: path === undefined ? undefined : typeAt(path) },
    record: {
      EventType: eventType,
      EventId: id,
      MemberId: '0',
      ...(given.EventGroupId !== undefined && { EventGroupId: given.EventGroupId }),
      EventTimestamp: given.EventTimestamp ?? timeText(at),
      MessageId: messageId,
      ...(text !== undefined && { Message: text }),
      MessageArgs,
      MessageSeverity: severity,
      Severity: given.Severity ?? severity,
      ...(path !== undefined && { OriginOfCondition: { '@odata.id': path } }),
    },
  }
}
