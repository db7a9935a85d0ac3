// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MetricDefinitionCollection: SchemaFacts = {
  uris: ['/redfish/v1/TelemetryService/MetricDefinitions'],
  allows: 'insertable',
  types: {
    MetricDefinitionCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
