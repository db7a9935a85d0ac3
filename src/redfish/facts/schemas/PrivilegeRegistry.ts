// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PrivilegeRegistry: SchemaFacts = {
  version: 'v1_2_0',
  types: {
    PrivilegeRegistry: {
      Description: 'string null',
      Id: 'string required',
      Mappings: '[]object:PrivilegeRegistry.Mapping',
      Name: 'string required',
      OEMPrivilegeDescriptions: '[]string +v1_2_0',
      OEMPrivilegesUsed: '[]string',
      Oem: 'open',
      PrivilegesUsed: '[]enum:Privileges.PrivilegeType',
    },
    Mapping: {
      Entity: 'string',
      OperationMap: 'object:PrivilegeRegistry.OperationMap',
      PropertyOverrides: '[]object:PrivilegeRegistry.Target_PrivilegeMap',
      ResourceURIOverrides: '[]object:PrivilegeRegistry.Target_PrivilegeMap',
      SubordinateOverrides: '[]object:PrivilegeRegistry.Target_PrivilegeMap',
    },
    OperationMap: {
      DELETE: '[]object:PrivilegeRegistry.OperationPrivilege',
      GET: '[]object:PrivilegeRegistry.OperationPrivilege',
      HEAD: '[]object:PrivilegeRegistry.OperationPrivilege',
      PATCH: '[]object:PrivilegeRegistry.OperationPrivilege',
      POST: '[]object:PrivilegeRegistry.OperationPrivilege',
      PUT: '[]object:PrivilegeRegistry.OperationPrivilege',
    },
    OperationPrivilege: { Privilege: '[]string' },
    Target_PrivilegeMap: { OperationMap: 'object:PrivilegeRegistry.OperationMap', Targets: '[]string null' },
  },
}
