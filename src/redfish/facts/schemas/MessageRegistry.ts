// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MessageRegistry: SchemaFacts = {
  version: 'v1_7_0',
  types: {
    MessageRegistry: {
      Description: 'string null',
      Id: 'string required',
      Language: 'string required',
      Messages: 'open required',
      Name: 'string required',
      Oem: 'open',
      OwningEntity: 'string required',
      RegistryPrefix: 'string required',
      RegistryVersion: 'string required pattern:^\\d+\\.\\d+\\.\\d+$',
      Release: 'string null +v1_7_0',
    },
    ClearingLogic: {
      ClearsAll: 'boolean null +v1_2_0',
      ClearsIf: 'enum:MessageRegistry.ClearingType null +v1_2_0',
      ClearsMessage: '[]string null +v1_2_0',
    },
    Message: {
      ArgDescriptions: '[]string null +v1_3_0',
      ArgLongDescriptions: '[]string null +v1_3_0',
      ClearingLogic: 'object:MessageRegistry.ClearingLogic +v1_2_0',
      Deprecated: 'string null +v1_5_0',
      Description: 'string required',
      LongDescription: 'string null +v1_3_0',
      MapsToGeneralMessages: '[]string null +v1_6_0',
      Message: 'string required',
      MessageSeverity: 'enum:Resource.Health required null +v1_4_0',
      NumberOfArgs: 'integer required min:0',
      Oem: 'open',
      ParamTypes: '[]enum:MessageRegistry.ParamType',
      ReplacedBy: 'string null +v1_6_0 pattern:^[A-Z]\\w+\\.[A-Z]\\w+$',
      Resolution: 'string required',
      Severity: 'string required -v1_4_0',
      VersionAdded: 'string null +v1_5_0 pattern:^\\d+\\.\\d+\\.\\d+$',
      VersionDeprecated: 'string null +v1_5_0 pattern:^\\d+\\.\\d+\\.\\d+$',
    },
    MessageProperty: {},
  },
  enums: {
    ClearingType: 'SameOriginOfCondition',
    ParamType: 'string number',
  },
}
