// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const TriggersCollection: SchemaFacts = {
  uris: ['/redfish/v1/TelemetryService/Triggers'],
  allows: 'insertable',
  types: {
    TriggersCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
