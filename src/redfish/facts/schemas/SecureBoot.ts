// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SecureBoot: SchemaFacts = {
  version: 'v1_1_2',
  uris: [
    '/redfish/v1/Systems/{ComputerSystemId}/SecureBoot',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SecureBoot',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/SecureBoot',
  ],
  allows: 'updatable',
  types: {
    SecureBoot: {
      Description: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      SecureBootCurrentBoot: 'enum:SecureBoot.SecureBootCurrentBootType null',
      SecureBootDatabases: 'link +v1_1_0',
      SecureBootEnable: 'boolean write null',
      SecureBootMode: 'enum:SecureBoot.SecureBootModeType null',
    },
  },
  enums: {
    ResetKeysType: 'ResetAllKeysToDefault DeleteAllKeys DeletePK',
    SecureBootCurrentBootType: 'Enabled Disabled',
    SecureBootModeType: 'SetupMode UserMode AuditMode DeployedMode',
  },
  actions: {
    ResetKeys: { ResetKeysType: 'enum:SecureBoot.ResetKeysType required' },
  },
}
