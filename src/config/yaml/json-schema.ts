import { z } from 'zod'
import { imageSchema } from './lab-images.ts'
import { labRedfishSchema } from './lab-redfish.ts'
import { networkSchema } from './network-schema.ts'
import { poolSchema } from './pool-schema.ts'
import { nodeSchema } from './schema.ts'

const orNothing = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()])

/** The whole of a lab file: its parts are checked one by one where it is read, so that each error has its place. */
const labSchema = () =>
  z.strictObject({
    keyFile: z.string().min(1).optional(),
    images: z.record(z.string(), imageSchema).optional(),
    networks: z.record(z.string(), networkSchema).optional(),
    seeds: z.string().min(1).optional(),
    redfish: labRedfishSchema.optional(),
    pools: z.record(z.string(), poolSchema).optional(),
    defaults: orNothing(nodeSchema).optional(),
    nodes: z.record(z.string(), orNothing(nodeSchema)).optional(),
  })

/**
 * The JSON Schema of a lab file, for editors. It says which keys there are and what kind of value each has; what a value must
 * be besides (an address, something that fits another key) is only known to `bmcsim up --check`.
 */
export function labJsonSchema(): object {
  const schema = z.toJSONSchema(labSchema(), {
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { word, orBoolean } = z.globalRegistry.get(zodSchema) ?? {}
      if (orBoolean === true) {
        Reflect.deleteProperty(jsonSchema, 'orBoolean')
        jsonSchema.anyOf?.push({ type: 'boolean' })
      }
      if (typeof word !== 'string') return
      const { word: _, ...whole } = jsonSchema
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
      const { properties = {} } = whole
      // `machine: simulated`: what its key may be.
      const short = properties[word]
      jsonSchema.anyOf = [typeof short === 'object' ? short : { type: 'string' }, whole]
    },
  })
  const anyOf = [{ required: ['nodes'] }, { required: ['pools'] }]
  return { ...schema, anyOf, title: 'Lab file of bmcsim', description: 'See docs/config.md' }
}
