// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const NetworkInterface: SchemaFacts = {
  version: 'v1_2_3',
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/NetworkInterfaces/{NetworkInterfaceId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/NetworkInterfaces/{NetworkInterfaceId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/NetworkInterfaces/{NetworkInterfaceId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/NetworkInterfaces/{NetworkInterfaceId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/NetworkInterfaces/{NetworkInterfaceId}',
  ],
  types: {
    NetworkInterface: {
      Description: 'string null',
      Id: 'string required',
      Links: 'object:NetworkInterface.Links',
      Name: 'string required',
      NetworkDeviceFunctions: 'link',
      NetworkPorts: 'link -v1_2_0',
      Oem: 'open',
      Ports: 'link +v1_2_0',
      Status: 'object:Resource.Status',
    },
    Links: { NetworkAdapter: 'link', Oem: 'open' },
  },
}
