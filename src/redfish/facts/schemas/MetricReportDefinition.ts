// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MetricReportDefinition: SchemaFacts = {
  version: 'v1_4_7',
  uris: ['/redfish/v1/TelemetryService/MetricReportDefinitions/{MetricReportDefinitionId}'],
  allows: 'updatable deletable',
  types: {
    MetricReportDefinition: {
      AppendLimit: 'integer min:0',
      Description: 'string null',
      Id: 'string required',
      Links: 'object:MetricReportDefinition.Links +v1_2_0',
      MetricProperties: '[]string write null',
      MetricReport: 'link',
      MetricReportDefinitionEnabled: 'boolean write null +v1_2_0',
      MetricReportDefinitionType: 'enum:MetricReportDefinition.MetricReportDefinitionType write null',
      MetricReportHeartbeatInterval: 'string write null +v1_2_0 pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      Metrics: '[]object:MetricReportDefinition.Metric',
      Name: 'string required',
      Oem: 'open',
      ReportActions: '[]enum:MetricReportDefinition.ReportActionsEnum write',
      ReportTimespan: 'string write null +v1_3_0 pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      ReportUpdates: 'enum:MetricReportDefinition.ReportUpdatesEnum write',
      Schedule: 'object:Schedule.Schedule',
      Status: 'object:Resource.Status',
      SuppressRepeatedMetricValue: 'boolean write null +v1_2_0',
      Wildcards: '[]object:MetricReportDefinition.Wildcard',
    },
    Links: { Oem: 'open', Triggers: '[]link +v1_2_0' },
    Metric: {
      CollectionDuration: 'string write null pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      CollectionFunction: 'enum:MetricReportDefinition.CalculationAlgorithmEnum write null',
      CollectionTimeScope: 'enum:MetricReportDefinition.CollectionTimeScope write null',
      MetricId: 'string write null',
      MetricProperties: '[]string write null',
      Oem: 'open +v1_4_0',
    },
    Wildcard: { Keys: '[]string write null -v1_1_0', Name: 'string write null', Values: '[]string write null +v1_1_0' },
  },
  enums: {
    CalculationAlgorithmEnum: 'Average Maximum Minimum Summation',
    CollectionTimeScope: 'Point Interval StartupInterval',
    MetricReportDefinitionType: 'Periodic OnChange OnRequest',
    ReportActionsEnum: 'LogToMetricReportsCollection RedfishEvent',
    ReportUpdatesEnum: 'Overwrite AppendWrapsWhenFull AppendStopsWhenFull NewReport',
  },
}
