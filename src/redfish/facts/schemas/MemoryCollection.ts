// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MemoryCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/Memory',
    '/redfish/v1/Systems/{ComputerSystemId}/Processors/{ProcessorId}/CacheMemory',
    '/redfish/v1/Chassis/{ChassisId}/Memory',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Memory',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/Memory',
  ],
  types: {
    MemoryCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
