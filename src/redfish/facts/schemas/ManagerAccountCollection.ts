// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ManagerAccountCollection: SchemaFacts = {
  uris: ['/redfish/v1/AccountService/Accounts', '/redfish/v1/Managers/{ManagerId}/RemoteAccountService/Accounts'],
  allows: 'insertable',
  types: {
    ManagerAccountCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
