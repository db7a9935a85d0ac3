// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const LogEntryCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Managers/{ManagerId}/LogServices/{LogServiceId}/Entries',
    '/redfish/v1/Systems/{ComputerSystemId}/LogServices/{LogServiceId}/Entries',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/LogServices/{LogServiceId}/Entries',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/LogServices/{LogServiceId}/Entries',
    '/redfish/v1/Chassis/{ChassisId}/LogServices/{LogServiceId}/Entries',
    '/redfish/v1/JobService/Log/Entries',
    '/redfish/v1/TelemetryService/LogService/Entries',
    '/redfish/v1/Systems/{ComputerSystemId}/Memory/{MemoryId}/DeviceLog/Entries',
    '/redfish/v1/Chassis/{ChassisId}/PCIeDevices/{PCIeDeviceId}/CXLLogicalDevices/{CXLLogicalDeviceId}/DeviceLog/Entries',
  ],
  allows: 'insertable',
  types: {
    LogEntryCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
