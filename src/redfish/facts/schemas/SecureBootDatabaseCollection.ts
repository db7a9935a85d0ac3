// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SecureBootDatabaseCollection: SchemaFacts = {
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/SecureBoot/SecureBootDatabases',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SecureBoot/SecureBootDatabases',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SecureBoot/SecureBootDatabases',
  ],
  types: {
    SecureBootDatabaseCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
