// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MetricReport: SchemaFacts = {
  version: 'v1_5_2',
  uris: ['/redfish/v1/TelemetryService/MetricReports/{MetricReportId}'],
  allows: 'deletable',
  types: {
    MetricReport: {
      Context: 'string +v1_4_0',
      Description: 'string null',
      Id: 'string required',
      MetricReportDefinition: 'link',
      MetricValues: '[]object:MetricReport.MetricValue',
      Name: 'string required',
      Oem: 'open',
      ReportSequence: 'string -v1_3_0',
      Timestamp: 'string null +v1_1_0 format:date-time',
    },
    MetricValue: {
      MetricDefinition: 'link -v1_5_0',
      MetricId: 'string null',
      MetricProperty: 'string null format:uri-reference',
      MetricValue: 'string null',
      Oem: 'open +v1_2_0',
      Timestamp: 'string null format:date-time',
    },
  },
}
