import { z } from 'zod'
import { nodeSchema } from './schema.ts'

/** Names that are there to be created, by a number each; beside what follows, the keys of a node. */
export const poolSchema = nodeSchema.extend({
  range: z.string().regex(/^\d{1,9}-\d{1,9}$/, 'range is the first and the last number, like 1-99 or 01-99'),
  width: z.int().min(1).max(9).optional(),
  mac: z.string().min(1).optional(),
})

export type PoolEntry = z.infer<typeof poolSchema>
