// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ThermalMetrics: SchemaFacts = {
  version: 'v1_3_2',
  uris: ['/redfish/v1/Chassis/{ChassisId}/ThermalSubsystem/ThermalMetrics'],
  types: {
    ThermalMetrics: {
      AirFlowCubicMetersPerMinute: 'object:Sensor.SensorExcerpt null +v1_2_0',
      DeltaPressurekPa: 'object:Sensor.SensorExcerpt null +v1_2_0',
      Description: 'string null',
      EnergykWh: 'object:Sensor.SensorEnergykWhExcerpt null +v1_3_0',
      HeaterSummary: 'object:ThermalMetrics.HeaterSummary +v1_1_0',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      PowerWatts: 'object:Sensor.SensorPowerExcerpt null +v1_3_0',
      TemperatureReadingsCelsius: '[]object:Sensor.SensorArrayExcerpt',
      TemperatureSummaryCelsius: 'object:ThermalMetrics.TemperatureSummary',
    },
    HeaterSummary: {
      TotalPrePowerOnHeatingTimeSeconds: 'integer null +v1_1_0',
      TotalRuntimeHeatingTimeSeconds: 'integer null +v1_1_0',
    },
    TemperatureSummary: {
      Ambient: 'object:Sensor.SensorExcerpt null',
      Exhaust: 'object:Sensor.SensorExcerpt null',
      Intake: 'object:Sensor.SensorExcerpt null',
      Internal: 'object:Sensor.SensorExcerpt null',
    },
  },
  actions: {
    ResetMetrics: {},
  },
}
