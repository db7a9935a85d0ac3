// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SecureBootDatabase: SchemaFacts = {
  version: 'v1_0_3',
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/SecureBoot/SecureBootDatabases/{DatabaseId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SecureBoot/SecureBootDatabases/{DatabaseId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SecureBoot/SecureBootDatabases/{DatabaseId}',
  ],
  types: {
    SecureBootDatabase: {
      Certificates: 'link',
      DatabaseId: 'string',
      Description: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      Signatures: 'link',
    },
  },
  enums: {
    ResetKeysType: 'ResetAllKeysToDefault DeleteAllKeys',
  },
  actions: {
    ResetKeys: { ResetKeysType: 'enum:SecureBootDatabase.ResetKeysType required' },
  },
}
