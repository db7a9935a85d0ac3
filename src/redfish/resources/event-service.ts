import type { Identity } from '../access/identity.ts'
import { eventTypes } from '../events/event.ts'
import type { EventStream } from '../events/event-stream.ts'
import type { Events } from '../events/events.ts'
import { durationMs, headersIn, isDestination, STREAM } from '../events/given.ts'
import { everything } from '../events/interest.ts'
import { retryPolicies, type Subscription } from '../events/subscriptions.ts'
import { testEvent } from '../events/test-event.ts'
import { about, fault, RedfishError } from '../faults.ts'
import { anything, type Field, flag, number, objects, oneOf, text, texts } from '../fields.ts'
import { link, linkList, ROOT } from '../links.ts'
import { say } from '../messages/event-message.ts'
import { registries, resourceEvents } from '../messages/registry.ts'
import { action, collection, create, resource, write } from '../resource.ts'

const PATH = `${ROOT}/EventService`
const severities = ['OK', 'Warning', 'Critical']
const prefixes = registries.map(({ facts }) => facts.prefix)

export const eventService = resource<Events>({
  path: PATH,
  type: 'EventService',
  find: ({ events }) => events,
  get: (events) => ({
    Name: 'Event Service',
    Status: { State: events.enabled ? 'Enabled' : 'Disabled', Health: 'OK' },
    ServiceEnabled: events.enabled,
    DeliveryRetryAttempts: events.retryAttempts,
    DeliveryRetryIntervalSeconds: events.retryIntervalS,
    EventFormatTypes: ['Event', 'MetricReport'],
    EventTypesForSubscription: [...eventTypes, 'MetricReport'],
    RegistryPrefixes: prefixes,
    ResourceTypes: events.resourceTypes,
    OriginResourcesSupported: true,
    SubordinateResourcesSupported: true,
    ExcludeMessageId: true,
    ExcludeRegistryPrefix: true,
    IncludeOriginOfConditionSupported: false,
    Severities: severities,
    ServerSentEventUri: STREAM,
    SSEFilterPropertiesSupported: {
      EventFormatType: true,
      EventType: true,
      MessageId: true,
      MetricReportDefinition: true,
      OriginResource: true,
      RegistryPrefix: true,
      ResourceType: true,
      SubordinateResources: true,
    },
  }),
  patch: {
    ServiceEnabled: write(flag, (events, enabled) => events.setEnabled(enabled)),
    DeliveryRetryAttempts: write(number, (events, attempts) =>
      events.setRetryAttempts(counted(attempts, 0, 'DeliveryRetryAttempts')),
    ),
    DeliveryRetryIntervalSeconds: write(number, (events, seconds) =>
      events.setRetryIntervalS(counted(seconds, 1, 'DeliveryRetryIntervalSeconds')),
    ),
  },
  actions: {
    SubmitTestEvent: action(
      {
        MessageId: text,
        EventId: text,
        EventGroupId: number,
        EventTimestamp: text,
        EventType: text,
        Message: text,
        MessageArgs: texts,
        MessageSeverity: oneOf(['OK', 'Warning', 'Critical']),
        Severity: text,
        OriginOfCondition: text,
      },
      (events, given, { service }) => {
        const id = given.EventId ?? events.nextEventId()
        events.send(testEvent(given, id, service.clock.now(), (path) => events.typeAt(path)))
      },
    ),
    TestEventSubscription: action({}, (events) => events.tell(say(resourceEvents, 'TestMessage'), { path: PATH })),
  },
})

function counted(value: number, least: number, name: string): number {
  if (value >= least) return value
  throw new RedfishError(400, [about(`/${name}`, fault('PropertyValueOutOfRange', String(value), name))])
}

/** A list whose elements are words of another list. */
function someOf(words: (events: Events) => readonly string[]): Field<Events, readonly string[]> {
  return { allowable: words, read: texts.read }
}

export const subscriptions = collection<Events>({
  path: `${PATH}/Subscriptions`,
  type: 'EventDestinationCollection',
  name: 'Event subscriptions',
  find: ({ events }) => events,
  members: (events) => [...events.subscriptions.all, ...events.streams].map(({ id }) => id),
  create: create(
    {
      Destination: text,
      Protocol: oneOf(['Redfish']),
      Context: text,
      HttpHeaders: objects,
      SubscriptionType: oneOf(['RedfishEvent']),
      EventFormatType: oneOf(['Event', 'MetricReport']),
      EventTypes: texts,
      RegistryPrefixes: someOf(() => prefixes),
      ExcludeRegistryPrefixes: someOf(() => prefixes),
      MessageIds: texts,
      ExcludeMessageIds: texts,
      ResourceTypes: someOf((events) => events.resourceTypes),
      OriginResources: objects,
      SubordinateResources: flag,
      Severities: texts,
      MetricReportDefinitions: objects,
      DeliveryRetryPolicy: oneOf(retryPolicies),
      VerifyCertificate: flag,
    },
    (events, given, { by }) => {
      const { Destination = '' } = given
      if (!isDestination(Destination)) {
        const wrong = fault('PropertyValueFormatError', Destination, 'Destination')
        throw new RedfishError(400, [
          { ...about('/Destination', wrong), detail: 'it has to be a whole URL of http or https' },
        ])
      }
      const made = events.subscribe(
        {
          destination: Destination,
          context: given.Context ?? '',
          policy: given.DeliveryRetryPolicy ?? 'TerminateAfterRetries',
          verifyCertificate: given.VerifyCertificate ?? false,
          format: given.EventFormatType ?? 'Event',
          userName: by.userName,
          metricReports: pathsIn(given.MetricReportDefinitions, 'MetricReportDefinitions'),
          interest: {
            ...everything,
            registryPrefixes: given.RegistryPrefixes ?? [],
            excludedPrefixes: given.ExcludeRegistryPrefixes ?? [],
            messageIds: given.MessageIds ?? [],
            excludedIds: given.ExcludeMessageIds ?? [],
            resourceTypes: given.ResourceTypes ?? [],
            origins: pathsIn(given.OriginResources, 'OriginResources'),
            subordinates: given.SubordinateResources ?? false,
            severities: given.Severities ?? [],
            eventTypes: given.EventTypes ?? [],
          },
        },
        headersIn(given.HttpHeaders ?? []),
      )
      return { id: made.id }
    },
  ),
})

function pathsIn(links: readonly Readonly<Record<string, unknown>>[] | undefined, name: string): readonly string[] {
  return (links ?? []).map((one, i) => {
    const path = one['@odata.id']
    if (typeof path === 'string') return path.replace(/\/$/, '')
    throw new RedfishError(400, [about(`/${name}/${i}`, fault('PropertyValueFormatError', JSON.stringify(one), name))])
  })
}

interface OneSubscription {
  readonly events: Events
  readonly one: Subscription | EventStream
}

export const subscription = resource<OneSubscription>({
  path: `${PATH}/Subscriptions/{subscription}`,
  type: 'EventDestination',
  find({ events }, { subscription: id }) {
    const one = events.subscriptions.get(id) ?? events.streams.find((stream) => stream.id === id)
    return one && { events, one }
  },
  isOwn: ({ one }, by: Identity) => ('sink' in one ? one.by.userName : one.userName) === by.userName,
  get: ({ one }) => ('sink' in one ? streamBody(one) : subscriptionBody(one)),
  patch: {
    Context: write(text, (subject, context) => change(subject, { context })),
    DeliveryRetryPolicy: write(oneOf(retryPolicies), (subject, policy) => change(subject, { policy })),
    VerifyCertificate: write(flag, (subject, verifyCertificate) => change(subject, { verifyCertificate })),
  },
  remove: ({ events, one }) => ('sink' in one ? events.closeStream(one.id) : events.unsubscribe(one.id)),
  actions: {
    SuspendSubscription: action({}, ({ events, one }) => events.suspend(one.id), isSent),
    ResumeSubscription: action(
      { DeliverBufferedEventDuration: anything },
      ({ events, one }, { DeliverBufferedEventDuration }) =>
        events.resume(one.id, durationMs(DeliverBufferedEventDuration)),
      isSent,
    ),
  },
})

function isSent({ one }: OneSubscription): boolean {
  return !('sink' in one)
}

function change({ events, one }: OneSubscription, what: Partial<Subscription>): void {
  if ('sink' in one) throw new RedfishError(405, [fault('OperationNotAllowed')])
  events.subscriptions.change(one.id, what)
}

function subscriptionBody(one: Subscription) {
  const { interest } = one
  const given = (name: string, list: readonly string[]) => (list.length === 0 ? {} : { [name]: list })
  return {
    Name: `Subscription ${one.id}`,
    Destination: one.destination,
    Protocol: 'Redfish',
    SubscriptionType: 'RedfishEvent',
    EventFormatType: one.format,
    Context: one.context,
    DeliveryRetryPolicy: one.policy,
    VerifyCertificate: one.verifyCertificate,
    Status: { State: one.suspended ? 'Disabled' : 'Enabled', Health: 'OK' },
    // They may be credentials.
    HttpHeaders: [],
    RegistryPrefixes: interest.registryPrefixes,
    MessageIds: interest.messageIds,
    ResourceTypes: interest.resourceTypes,
    OriginResources: linkList(interest.origins),
    SubordinateResources: interest.subordinates,
    ...given('ExcludeRegistryPrefixes', interest.excludedPrefixes),
    ...given('ExcludeMessageIds', interest.excludedIds),
    ...given('Severities', interest.severities),
    ...given('EventTypes', interest.eventTypes),
    ...(one.metricReports.length > 0 && { MetricReportDefinitions: one.metricReports.map(link) }),
  }
}

function streamBody({ filter, by }: EventStream) {
  return {
    Name: 'Event stream',
    ...(filter.text !== undefined && { Description: `Events for which ${filter.text}` }),
    ...(by.from.peer !== undefined && { Destination: `redfish-sse://${by.from.peer}` }),
    Protocol: 'Redfish',
    SubscriptionType: 'SSE',
    Context: '',
    Status: { State: 'Enabled', Health: 'OK' },
  }
}
