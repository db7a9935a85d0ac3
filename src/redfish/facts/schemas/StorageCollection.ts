// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const StorageCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Storage',
    '/redfish/v1/Systems/{ComputerSystemId}/Storage',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Storage',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Storage',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Storage',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Storage',
  ],
  types: {
    StorageCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
