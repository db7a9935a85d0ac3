// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Triggers: SchemaFacts = {
  version: 'v1_4_0',
  uris: ['/redfish/v1/TelemetryService/Triggers/{TriggersId}'],
  allows: 'updatable deletable',
  types: {
    Triggers: {
      Description: 'string null',
      DiscreteTriggerCondition: 'enum:Triggers.DiscreteTriggerConditionEnum null',
      DiscreteTriggers: '[]object:Triggers.DiscreteTrigger',
      EventTriggers: '[]string write null +v1_1_0',
      HysteresisDuration: 'string write null +v1_3_0 pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      HysteresisReading: 'number write null +v1_3_0',
      Id: 'string required',
      Links: 'object:Triggers.Links +v1_1_0',
      MetricIds: '[]string write null +v1_2_0',
      MetricProperties: '[]string write null',
      MetricType: 'enum:Triggers.MetricTypeEnum null',
      Name: 'string required',
      NumericThresholds: 'object:Triggers.Thresholds',
      Oem: 'open',
      Status: 'object:Resource.Status',
      TriggerActionMessage: 'enum:Triggers.TriggerActionMessage write null +v1_4_0',
      TriggerActions: '[]enum:Triggers.TriggerActionEnum',
      TriggerEnabled: 'boolean write null +v1_4_0',
      Wildcards: '[]object:Triggers.Wildcard',
    },
    DiscreteTrigger: {
      DwellTime: 'string write null pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      Name: 'string null',
      Severity: 'enum:Resource.Health write null',
      Value: 'string write null',
    },
    Links: { MetricReportDefinitions: '[]link write +v1_1_0', Oem: 'open' },
    Threshold: {
      Activation: 'enum:Triggers.ThresholdActivation write null',
      DwellTime: 'string write null pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      Reading: 'number write null',
    },
    Thresholds: {
      LowerCritical: 'object:Triggers.Threshold',
      LowerWarning: 'object:Triggers.Threshold',
      UpperCritical: 'object:Triggers.Threshold',
      UpperWarning: 'object:Triggers.Threshold',
    },
    Wildcard: { Name: 'string null', Values: '[]string write null' },
  },
  enums: {
    DirectionOfCrossingEnum: 'Increasing Decreasing',
    DiscreteTriggerConditionEnum: 'Specified Changed',
    MetricTypeEnum: 'Numeric Discrete',
    ThresholdActivation: 'Increasing Decreasing Either Disabled',
    TriggerActionEnum: 'LogToLogService RedfishEvent RedfishMetricReport',
    TriggerActionMessage: 'Telemetry DriveMediaLife ConnectionSpeed',
  },
}
