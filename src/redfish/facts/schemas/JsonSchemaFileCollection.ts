// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const JsonSchemaFileCollection: SchemaFacts = {
  uris: ['/redfish/v1/JsonSchemas'],
  types: {
    JsonSchemaFileCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
