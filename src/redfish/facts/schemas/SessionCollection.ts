// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SessionCollection: SchemaFacts = {
  uris: ['/redfish/v1/SessionService/Sessions'],
  allows: 'insertable',
  types: {
    SessionCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
