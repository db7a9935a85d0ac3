import { isKnownSchema, schemaNames, versionedName } from '../facts/schema.ts'
import { ROOT } from '../links.ts'
import { collection, resource } from '../resource.ts'

const PATH = `${ROOT}/JsonSchemas`

export const jsonSchemas = collection({
  path: PATH,
  type: 'JsonSchemaFileCollection',
  name: 'JSON schemas',
  find: (service) => service,
  members: () => schemaNames(),
})

/** Where the DMTF publishes the schema: there is no copy here. */
export const jsonSchema = resource<string>({
  path: `${PATH}/{schema}`,
  type: 'JsonSchemaFile',
  find: (_, { schema }) => (isKnownSchema(schema) ? schema : undefined),
  get: (schema) => ({
    Name: `${schema} schema file`,
    Schema: `#${versionedName(schema)}.${schema}`,
    Languages: ['en'],
    Location: [{ Language: 'en', PublicationUri: `http://redfish.dmtf.org/schemas/v1/${versionedName(schema)}.json` }],
  }),
})
