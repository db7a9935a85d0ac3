// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PCIeDeviceCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Chassis/{ChassisId}/PCIeDevices',
    '/redfish/v1/Systems/{ComputerSystemId}/PCIeDevices',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/PCIeDevices',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/PCIeDevices',
  ],
  types: {
    PCIeDeviceCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
