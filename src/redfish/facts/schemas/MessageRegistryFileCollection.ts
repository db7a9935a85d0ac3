// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MessageRegistryFileCollection: SchemaFacts = {
  uris: ['/redfish/v1/Registries'],
  types: {
    MessageRegistryFileCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
