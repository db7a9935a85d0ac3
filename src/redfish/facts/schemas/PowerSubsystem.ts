// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PowerSubsystem: SchemaFacts = {
  version: 'v1_1_3',
  uris: ['/redfish/v1/Chassis/{ChassisId}/PowerSubsystem'],
  allows: 'updatable',
  types: {
    PowerSubsystem: {
      Allocation: 'object:PowerSubsystem.PowerAllocation',
      Batteries: 'link +v1_1_0',
      CapacityWatts: 'number null min:0',
      Description: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      PowerSupplies: 'link',
      PowerSupplyRedundancy: '[]object:Redundancy.RedundantGroup',
      Status: 'object:Resource.Status',
    },
    PowerAllocation: { AllocatedWatts: 'number null min:0', RequestedWatts: 'number null min:0' },
  },
}
