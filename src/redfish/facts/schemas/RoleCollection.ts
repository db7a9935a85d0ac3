// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const RoleCollection: SchemaFacts = {
  uris: ['/redfish/v1/AccountService/Roles', '/redfish/v1/Managers/{ManagerId}/RemoteAccountService/Roles'],
  allows: 'insertable',
  types: {
    RoleCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
