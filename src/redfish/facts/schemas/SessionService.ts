// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SessionService: SchemaFacts = {
  version: 'v1_2_0',
  uris: ['/redfish/v1/SessionService'],
  allows: 'updatable',
  types: {
    SessionService: {
      AbsoluteSessionTimeout: 'integer write +v1_2_0 min:30 max:86400',
      AbsoluteSessionTimeoutEnabled: 'boolean write +v1_2_0',
      Description: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      ServiceEnabled: 'boolean write null',
      SessionTimeout: 'integer write min:30 max:86400',
      Sessions: 'link',
      Status: 'object:Resource.Status',
    },
  },
}
