// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const BootOption: SchemaFacts = {
  version: 'v1_0_6',
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/BootOptions/{BootOptionId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/BootOptions/{BootOptionId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/BootOptions/{BootOptionId}',
  ],
  allows: 'updatable deletable',
  types: {
    BootOption: {
      Alias: 'enum:ComputerSystem.BootSource null',
      BootOptionEnabled: 'boolean write null',
      BootOptionReference: 'string required null',
      Description: 'string null',
      DisplayName: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      RelatedItem: '[]link',
      UefiDevicePath: 'string null',
    },
  },
}
