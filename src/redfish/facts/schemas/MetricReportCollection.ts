// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MetricReportCollection: SchemaFacts = {
  uris: ['/redfish/v1/TelemetryService/MetricReports'],
  types: {
    MetricReportCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
