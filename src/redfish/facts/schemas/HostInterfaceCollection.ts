// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const HostInterfaceCollection: SchemaFacts = {
  uris: ['/redfish/v1/Managers/{ManagerId}/HostInterfaces'],
  types: {
    HostInterfaceCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
