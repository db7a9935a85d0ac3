// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const ActionInfo: SchemaFacts = {
  version: 'v1_5_0',
  types: {
    ActionInfo: {
      Description: 'string null',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
      Parameters: '[]object:ActionInfo.Parameters',
    },
    Parameters: {
      AllowableNumbers: '[]string null +v1_3_0',
      AllowablePattern: 'string null +v1_3_0',
      AllowableValueDescriptions: '[]string null +v1_4_0',
      AllowableValues: '[]string null',
      ArraySizeMaximum: 'integer null +v1_2_0',
      ArraySizeMinimum: 'integer null +v1_2_0',
      DataType: 'enum:ActionInfo.ParameterTypes null',
      DefaultValue: 'string null +v1_5_0',
      MaximumValue: 'number null +v1_1_0',
      MinimumValue: 'number null +v1_1_0',
      Name: 'string required',
      NoDefaultValue: 'boolean null +v1_5_0',
      ObjectDataType: 'string null',
      Required: 'boolean',
    },
  },
  enums: {
    ParameterTypes: 'Boolean Number NumberArray String StringArray Object ObjectArray',
  },
}
