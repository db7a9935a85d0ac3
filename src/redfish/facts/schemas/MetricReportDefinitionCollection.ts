// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MetricReportDefinitionCollection: SchemaFacts = {
  uris: ['/redfish/v1/TelemetryService/MetricReportDefinitions'],
  allows: 'insertable',
  types: {
    MetricReportDefinitionCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
