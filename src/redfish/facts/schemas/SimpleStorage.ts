// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SimpleStorage: SchemaFacts = {
  version: 'v1_3_2',
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/SimpleStorage/{SimpleStorageId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/SimpleStorage/{SimpleStorageId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SimpleStorage/{SimpleStorageId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/SimpleStorage/{SimpleStorageId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SimpleStorage/{SimpleStorageId}',
  ],
  types: {
    SimpleStorage: {
      Description: 'string null',
      Devices: '[]object:SimpleStorage.Device',
      Id: 'string required',
      Links: 'object:SimpleStorage.Links +v1_2_0',
      Name: 'string required',
      Oem: 'open',
      Status: 'object:Resource.Status',
      UefiDevicePath: 'string null',
    },
    Device: {
      CapacityBytes: 'integer null +v1_1_0 min:0',
      Manufacturer: 'string null',
      Model: 'string null',
      Name: 'string required',
      Oem: 'open',
      Status: 'object:Resource.Status',
    },
    Links: { Chassis: 'link +v1_2_0', Oem: 'open', Storage: 'link +v1_3_0' },
  },
}
