// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Message: SchemaFacts = {
  version: 'v1_3_0',
  types: {
    Message: {
      Message: 'string',
      MessageArgs: '[]string',
      MessageId: 'string required',
      MessageSeverity: 'enum:Resource.Health +v1_1_0',
      Oem: 'open',
      RelatedProperties: '[]string',
      Resolution: 'string',
      ResolutionSteps: '[]link +v1_2_0',
      Severity: 'string -v1_1_0',
      UserAuthenticationSource: 'string null +v1_3_0',
      Username: 'string null +v1_3_0',
    },
  },
}
