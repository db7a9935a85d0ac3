// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const JsonSchemaFile: SchemaFacts = {
  version: 'v1_1_5',
  uris: ['/redfish/v1/JsonSchemas/{JsonSchemaFileId}'],
  types: {
    JsonSchemaFile: {
      Description: 'string null',
      Id: 'string required',
      Languages: '[]string required',
      Location: '[]object:JsonSchemaFile.Location required',
      Name: 'string required',
      Oem: 'open',
      Schema: 'string required',
    },
    Location: {
      ArchiveFile: 'string',
      ArchiveUri: 'string format:uri-reference',
      Language: 'string',
      PublicationUri: 'string format:uri-reference',
      Uri: 'string format:uri-reference',
    },
  },
}
