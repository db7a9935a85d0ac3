// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ManagerCollection: SchemaFacts = {
  uris: ['/redfish/v1/Managers'],
  types: {
    ManagerCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
