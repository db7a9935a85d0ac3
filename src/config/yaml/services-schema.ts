import { z } from 'zod'
import { durationMs, durationWords } from '../duration.ts'

const text = z.string().min(1)
const texts = z.union([text, z.array(text).min(1).max(16)])

const source = {
  script: text.optional(),
  kernel: text.optional(),
  initrd: texts.optional(),
  append: z.string().optional(),
  image: text.optional(),
}

const dhcp = z.strictObject({
  range: text.optional(),
  gateway: text.optional(),
  dns: texts.optional(),
  domain: text.optional(),
  lease: z
    .custom<string | number>(
      (value) => (typeof value === 'string' || typeof value === 'number') && durationMs(value) !== undefined,
      `lease must be ${durationWords}`,
    )
    .meta({ type: ['string', 'number'] })
    .optional(),
})

/** `dhcp: true` is short for one in which nothing is said. */
const dhcpSchema = z
  .preprocess((value) => {
    if (value === true || value === null) return {}
    return value === false ? null : value
  }, dhcp.nullable())
  .meta({ orBoolean: true })

const networkBoot = z.strictObject({
  ...source,
  folder: text.optional(),
  bios: text.optional(),
  uefi: text.optional(),
  http: text.optional(),
  port: z.int().min(1).max(65_535).optional(),
})

/** What an entry of `networks` may have besides what it is. */
export const servicesShape = { dhcp: dhcpSchema.optional(), boot: networkBoot.optional() }

/** `boot` of a node. */
export const nodeBootSchema = z.strictObject({ ...source, local: z.literal(true).optional() })

export interface ServicesEntry {
  readonly dhcp?: z.infer<typeof dhcpSchema> | undefined
  readonly boot?: NetworkBootEntry | undefined
}
export type DhcpEntry = z.infer<typeof dhcp>
export type NetworkBootEntry = z.infer<typeof networkBoot>
export type NodeBootEntry = z.infer<typeof nodeBootSchema>

/** The keys that are known behind `dhcp` and `boot` of a network. */
export function knownServicesKeys(key: PropertyKey): string[] | undefined {
  if (key === 'dhcp') return Object.keys(dhcp.shape)
  return key === 'boot' ? Object.keys(networkBoot.shape) : undefined
}
