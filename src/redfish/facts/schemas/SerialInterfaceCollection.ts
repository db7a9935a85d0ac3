// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SerialInterfaceCollection: SchemaFacts = {
  uris: ['/redfish/v1/Managers/{ManagerId}/SerialInterfaces'],
  types: {
    SerialInterfaceCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
