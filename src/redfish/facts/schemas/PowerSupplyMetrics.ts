// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PowerSupplyMetrics: SchemaFacts = {
  version: 'v1_2_0',
  uris: [
    '/redfish/v1/Chassis/{ChassisId}/PowerSubsystem/PowerSupplies/{PowerSupplyId}/Metrics',
    '/redfish/v1/PowerEquipment/PowerShelves/{PowerDistributionId}/PowerSupplies/{PowerSupplyId}/Metrics',
  ],
  types: {
    PowerSupplyMetrics: {
      Description: 'string null',
      EnergykWh: 'object:Sensor.SensorEnergykWhExcerpt null',
      FanSpeedPercent: 'object:Sensor.SensorFanExcerpt null -v1_1_0',
      FanSpeedsPercent: '[]object:Sensor.SensorFanArrayExcerpt +v1_1_0',
      FrequencyHz: 'object:Sensor.SensorExcerpt null',
      Id: 'string required',
      InputCurrentAmps: 'object:Sensor.SensorCurrentExcerpt null',
      InputPowerWatts: 'object:Sensor.SensorPowerExcerpt null',
      InputVoltage: 'object:Sensor.SensorVoltageExcerpt null',
      Name: 'string required',
      Oem: 'open',
      OutputPowerWatts: 'object:Sensor.SensorPowerExcerpt null',
      PolyPhaseCurrentAmps: 'object:PowerSupplyMetrics.CurrentSensors null +v1_2_0',
      PolyPhaseEnergykWh: 'object:PowerSupplyMetrics.EnergySensors null +v1_2_0',
      PolyPhasePowerWatts: 'object:PowerSupplyMetrics.PowerSensors null +v1_2_0',
      PolyPhaseVoltage: 'object:PowerSupplyMetrics.VoltageSensors null +v1_2_0',
      RailCurrentAmps: '[]object:Sensor.SensorCurrentExcerpt',
      RailPowerWatts: '[]object:Sensor.SensorPowerExcerpt',
      RailVoltage: '[]object:Sensor.SensorVoltageExcerpt',
      Status: 'object:Resource.Status',
      TemperatureCelsius: 'object:Sensor.SensorExcerpt null',
    },
    CurrentSensors: {
      Line1: 'object:Sensor.SensorCurrentExcerpt null +v1_2_0',
      Line2: 'object:Sensor.SensorCurrentExcerpt null +v1_2_0',
      Line3: 'object:Sensor.SensorCurrentExcerpt null +v1_2_0',
      Neutral: 'object:Sensor.SensorCurrentExcerpt null +v1_2_0',
    },
    EnergySensors: {
      Line1ToLine2: 'object:Sensor.SensorEnergykWhExcerpt null +v1_2_0',
      Line1ToNeutral: 'object:Sensor.SensorEnergykWhExcerpt null +v1_2_0',
      Line2ToLine3: 'object:Sensor.SensorEnergykWhExcerpt null +v1_2_0',
      Line2ToNeutral: 'object:Sensor.SensorEnergykWhExcerpt null +v1_2_0',
      Line3ToLine1: 'object:Sensor.SensorEnergykWhExcerpt null +v1_2_0',
      Line3ToNeutral: 'object:Sensor.SensorEnergykWhExcerpt null +v1_2_0',
    },
    PowerSensors: {
      Line1ToLine2: 'object:Sensor.SensorPowerExcerpt null +v1_2_0',
      Line1ToNeutral: 'object:Sensor.SensorPowerExcerpt null +v1_2_0',
      Line2ToLine3: 'object:Sensor.SensorPowerExcerpt null +v1_2_0',
      Line2ToNeutral: 'object:Sensor.SensorPowerExcerpt null +v1_2_0',
      Line3ToLine1: 'object:Sensor.SensorPowerExcerpt null +v1_2_0',
      Line3ToNeutral: 'object:Sensor.SensorPowerExcerpt null +v1_2_0',
    },
    VoltageSensors: {
      Line1ToLine2: 'object:Sensor.SensorVoltageExcerpt null +v1_2_0',
      Line1ToNeutral: 'object:Sensor.SensorVoltageExcerpt null +v1_2_0',
      Line2ToLine3: 'object:Sensor.SensorVoltageExcerpt null +v1_2_0',
      Line2ToNeutral: 'object:Sensor.SensorVoltageExcerpt null +v1_2_0',
      Line3ToLine1: 'object:Sensor.SensorVoltageExcerpt null +v1_2_0',
      Line3ToNeutral: 'object:Sensor.SensorVoltageExcerpt null +v1_2_0',
    },
  },
  actions: {
    ResetMetrics: {},
  },
}
