// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ChassisCollection: SchemaFacts = {
  uris: ['/redfish/v1/Chassis'],
  allows: 'insertable',
  types: {
    ChassisCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
