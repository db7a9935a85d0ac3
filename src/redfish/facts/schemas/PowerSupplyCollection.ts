// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PowerSupplyCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Chassis/{ChassisId}/PowerSubsystem/PowerSupplies',
    '/redfish/v1/PowerEquipment/PowerShelves/{PowerDistributionId}/PowerSupplies',
  ],
  types: {
    PowerSupplyCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
