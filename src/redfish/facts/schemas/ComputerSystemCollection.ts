// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ComputerSystemCollection: SchemaFacts = {
  uris: ['/redfish/v1/Systems'],
  allows: 'insertable',
  types: {
    ComputerSystemCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
