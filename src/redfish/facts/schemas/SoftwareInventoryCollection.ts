// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SoftwareInventoryCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/UpdateService/SoftwareInventory',
    '/redfish/v1/UpdateService/FirmwareInventory',
    '/redfish/v1/UpdateService/LocalImageStore',
  ],
  types: {
    SoftwareInventoryCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
