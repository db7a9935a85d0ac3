import { z } from 'zod'
import { durationMs, durationWords } from '../duration.ts'

const text = z.string().min(1)

/** A port, or where the check is for another address than the node's: `HOST:PORT`. */
const port = z.union([z.int().min(1).max(65_535), text], 'write a port, or HOST:PORT')

/** When a node counts as ready: every check that is named must hold. */
export const readySchema = z.strictObject({
  ssh: port.optional(),
  /** Not only a banner: this user can log in. */
  login: z
    .string()
    .regex(/^[A-Za-z0-9_{][A-Za-z0-9_.@{}-]*$/, 'login is the name of a user, like root')
    .optional(),
  tcp: port.optional(),
  console: text.optional(),
  inband: z.literal(true).optional(),
  command: text.optional(),
  timeout: z
    .custom<string | number>(
      (value) => (typeof value === 'string' || typeof value === 'number') && durationMs(value) !== undefined,
      `timeout must be ${durationWords}`,
    )
    .meta({ type: ['string', 'number'] })
    .optional(),
})

export type ReadyEntry = z.infer<typeof readySchema>
