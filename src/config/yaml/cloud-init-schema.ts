import { z } from 'zod'

/** The three files of a NoCloud seed: a FILE's path, the content itself where it has several lines, or as a map. */
export type Content = string | Readonly<Record<string, unknown>>

const content = z.custom<Content>(
  (value) => (typeof value === 'string' && value !== '') || (typeof value === 'object' && !Array.isArray(value)),
  'write the path of a file, or the content as a map',
)

const cloudInit = z.strictObject({
  userData: content.optional(),
  metaData: content.optional(),
  networkConfig: content.optional(),
  address: z.string().min(1).optional(),
  sshKey: z.boolean().optional(),
  disk: z.boolean().optional(),
})

/** `cloudInit: true` is short for one with nothing said, `false` for none at all: then it is null here. */
export const cloudInitSchema = z
  .preprocess((value) => {
    if (value === true || value === null) return {}
    return value === false ? null : value
  }, cloudInit.nullable())
  .meta({ orBoolean: true })

export type CloudInitEntry = z.infer<typeof cloudInit>

export const knownCloudInitKeys = Object.keys(cloudInit.shape)
