// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const LogServiceCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Managers/{ManagerId}/LogServices',
    '/redfish/v1/Systems/{ComputerSystemId}/LogServices',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/LogServices',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/LogServices',
    '/redfish/v1/Chassis/{ChassisId}/LogServices',
  ],
  types: {
    LogServiceCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
