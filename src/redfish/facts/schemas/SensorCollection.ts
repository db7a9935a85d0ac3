// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SensorCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Chassis/{ChassisId}/Sensors',
    '/redfish/v1/PowerEquipment/RackPDUs/{PowerDistributionId}/Sensors',
    '/redfish/v1/PowerEquipment/FloorPDUs/{PowerDistributionId}/Sensors',
    '/redfish/v1/PowerEquipment/Switchgear/{PowerDistributionId}/Sensors',
    '/redfish/v1/PowerEquipment/TransferSwitches/{PowerDistributionId}/Sensors',
    '/redfish/v1/PowerEquipment/PowerShelves/{PowerDistributionId}/Sensors',
  ],
  types: {
    SensorCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
