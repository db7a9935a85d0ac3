// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Privileges: SchemaFacts = {
  types: {},
  enums: {
    PrivilegeType: 'Login ConfigureManager ConfigureUsers ConfigureSelf ConfigureComponents NoAuth ConfigureCompositionInfrastructure AdministrateSystems OperateSystems AdministrateStorage OperateStorageBackup',
  },
}
