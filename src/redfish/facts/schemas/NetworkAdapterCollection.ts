// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const NetworkAdapterCollection: SchemaFacts = {
  uris: ['/redfish/v1/Chassis/{ChassisId}/NetworkAdapters'],
  types: {
    NetworkAdapterCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
