// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const VirtualMediaCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Managers/{ManagerId}/VirtualMedia',
    '/redfish/v1/Systems/{ComputerSystemId}/VirtualMedia',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/VirtualMedia',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/VirtualMedia',
  ],
  types: {
    VirtualMediaCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
