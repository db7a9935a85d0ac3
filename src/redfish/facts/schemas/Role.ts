// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Role: SchemaFacts = {
  version: 'v1_3_3',
  uris: [
    '/redfish/v1/AccountService/Roles/{RoleId}',
    '/redfish/v1/Managers/{ManagerId}/RemoteAccountService/Roles/{RoleId}',
  ],
  allows: 'updatable deletable',
  types: {
    Role: {
      AlternateRoleId: 'string +v1_3_0',
      AssignedPrivileges: '[]enum:Privileges.PrivilegeType write',
      Description: 'string null',
      Id: 'string required',
      IsPredefined: 'boolean',
      Name: 'string required',
      Oem: 'open',
      OemPrivileges: '[]string write',
      Restricted: 'boolean +v1_3_0',
      RoleId: 'string required create +v1_2_0',
    },
  },
}
