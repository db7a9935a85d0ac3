// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Fan: SchemaFacts = {
  version: 'v1_6_0',
  uris: ['/redfish/v1/Chassis/{ChassisId}/ThermalSubsystem/Fans/{FanId}'],
  allows: 'updatable',
  types: {
    Fan: {
      Assembly: 'link',
      Description: 'string null',
      FanDiameterMm: 'integer null +v1_4_0 min:0',
      HotPluggable: 'boolean null',
      Id: 'string required',
      Links: 'object:Fan.Links +v1_2_0',
      Location: 'object:Resource.Location',
      LocationIndicatorActive: 'boolean write null',
      Manufacturer: 'string null',
      Model: 'string null',
      Name: 'string required',
      Oem: 'open',
      PartNumber: 'string null',
      PhysicalContext: 'enum:PhysicalContext.PhysicalContext',
      PowerWatts: 'object:Sensor.SensorPowerExcerpt null +v1_1_0',
      RatedSecondarySpeedRPM: 'integer null +v1_6_0',
      RatedSpeedRPM: 'integer null +v1_6_0',
      Replaceable: 'boolean null +v1_3_0',
      SecondarySpeedPercent: 'object:Sensor.SensorFanExcerpt null +v1_5_0',
      SerialNumber: 'string null',
      SparePartNumber: 'string null',
      SpeedPercent: 'object:Sensor.SensorFanExcerpt null',
      Status: 'object:Resource.Status',
    },
    Links: { CoolingChassis: '[]link +v1_2_0', Oem: 'open' },
  },
}
