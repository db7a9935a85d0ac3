// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PCIeFunctionCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Chassis/{ChassisId}/PCIeDevices/{PCIeDeviceId}/PCIeFunctions',
    '/redfish/v1/Systems/{ComputerSystemId}/PCIeDevices/{PCIeDeviceId}/PCIeFunctions',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/PCIeDevices/{PCIeDeviceId}/PCIeFunctions',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/PCIeDevices/{PCIeDeviceId}/PCIeFunctions',
  ],
  types: {
    PCIeFunctionCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
