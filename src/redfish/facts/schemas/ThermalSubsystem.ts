// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ThermalSubsystem: SchemaFacts = {
  version: 'v1_5_0',
  uris: ['/redfish/v1/Chassis/{ChassisId}/ThermalSubsystem'],
  allows: 'updatable',
  types: {
    ThermalSubsystem: {
      CoolantConnectorRedundancy: '[]object:Redundancy.RedundantGroup +v1_3_0',
      CoolantConnectors: 'link +v1_2_0',
      Description: 'string null',
      FanRedundancy: '[]object:Redundancy.RedundantGroup',
      Fans: 'link',
      FansFullSpeedOverrideEnable: 'boolean write null +v1_5_0',
      Filters: 'link +v1_4_0',
      Heaters: 'link +v1_1_0',
      Id: 'string required',
      LeakDetection: 'link +v1_3_0',
      Name: 'string required',
      Oem: 'open',
      Pumps: 'link +v1_3_0',
      Status: 'object:Resource.Status',
      ThermalMetrics: 'link',
    },
  },
}
