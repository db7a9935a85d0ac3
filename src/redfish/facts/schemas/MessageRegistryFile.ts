// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const MessageRegistryFile: SchemaFacts = {
  version: 'v1_1_5',
  uris: ['/redfish/v1/Registries/{MessageRegistryFileId}'],
  types: {
    MessageRegistryFile: {
      Description: 'string null',
      Id: 'string required',
      Languages: '[]string required',
      Location: '[]object:MessageRegistryFile.Location required',
      Name: 'string required',
      Oem: 'open',
      Registry: 'string required',
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
