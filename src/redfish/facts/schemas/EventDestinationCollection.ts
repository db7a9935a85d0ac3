// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const EventDestinationCollection: SchemaFacts = {
  uris: ['/redfish/v1/EventService/Subscriptions'],
  allows: 'insertable',
  types: {
    EventDestinationCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
