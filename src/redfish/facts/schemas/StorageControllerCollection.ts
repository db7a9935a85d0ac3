// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const StorageControllerCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Storage/{StorageId}/Controllers',
    '/redfish/v1/Systems/{ComputerSystemId}/Storage/{StorageId}/Controllers',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Storage/{StorageId}/Controllers',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Storage/{StorageId}/Controllers',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Storage/{StorageId}/Controllers',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Storage/{StorageId}/Controllers',
  ],
  types: {
    StorageControllerCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
