// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const FanCollection: SchemaFacts = {
  uris: ['/redfish/v1/Chassis/{ChassisId}/ThermalSubsystem/Fans'],
  types: {
    FanCollection: { Description: 'string null', Members: '[]link required', Name: 'string required', Oem: 'open' },
  },
}
