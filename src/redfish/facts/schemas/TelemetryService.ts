// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const TelemetryService: SchemaFacts = {
  version: 'v1_4_1',
  uris: ['/redfish/v1/TelemetryService'],
  allows: 'updatable',
  types: {
    TelemetryService: {
      Description: 'string null',
      Id: 'string required',
      LogService: 'link',
      MaxReports: 'integer null',
      MetricDefinitions: 'link',
      MetricReportDefinitions: 'link',
      MetricReports: 'link',
      MinCollectionInterval: 'string null pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      Name: 'string required',
      Oem: 'open',
      ServiceEnabled: 'boolean write null +v1_2_0',
      Status: 'object:Resource.Status',
      SupportedCollectionFunctions: '[]enum:TelemetryService.CollectionFunction null',
      SupportedOEMTelemetryDataTypes: '[]string null +v1_4_0',
      SupportedTelemetryDataTypes: '[]any null +v1_4_0',
      TelemetryData: 'link +v1_4_0',
      Triggers: 'link',
    },
    CollectTelemetryDataResponse: { TelemetryData: '[]string required +v1_4_0' },
    MetricValue: {
      MetricDefinition: 'link +v1_1_0',
      MetricId: 'string null +v1_1_0',
      MetricProperty: 'string null +v1_1_0 format:uri-reference',
      MetricValue: 'string null +v1_1_0',
      Timestamp: 'string null +v1_1_0 format:date-time',
    },
  },
  enums: {
    CollectionFunction: 'Average Maximum Minimum Summation',
  },
  actions: {
    ClearMetricReports: {},
    ClearTelemetryData: {},
    CollectTelemetryData: { OEMTelemetryDataType: 'string', TargetDevices: '[]link', TelemetryDataType: 'any required' },
    ResetMetricReportDefinitionsToDefaults: {},
    ResetTriggersToDefaults: {},
    SubmitTestMetricReport: {
      GeneratedMetricReportValues: '[]object:TelemetryService.MetricValue required +v1_1_0',
      MetricReportName: 'string required',
      MetricReportValues: 'string -v1_1_0',
    },
  },
}
