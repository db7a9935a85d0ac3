import { z } from 'zod'
import type { NetworkConfig } from '../config.ts'
import { knownServicesKeys, servicesShape } from './services-schema.ts'
import { shorthand } from './shorthand.ts'

const text = z.string().min(1)

/** Ethernet in UDP: one frame a datagram, and nothing else in it. */
export const udpSchema = z.strictObject({ listen: text, peer: text })

export const forwardsSchema = z.array(text).max(64)

const kinds = ['user', 'segment', 'bridge', 'isolated'] as const satisfies readonly NetworkConfig['kind'][]

const network = z.strictObject({
  kind: z.enum(kinds),
  // A datagram on loopback, less its headers and those of the frame in it, is the most that an MTU can be.
  mtu: z.int().min(68).max(65_000).optional(),
  links: z.array(udpSchema).max(64).optional(),
  forwards: forwardsSchema.optional(),
  bridge: text.optional(),
  address: z.union([text, z.array(text).min(1).max(16)], 'address must be text, or a list of texts').optional(),
  nat: z.boolean().optional(),
  uplink: text.optional(),
  vlan: z.int().min(1).max(4094).optional(),
  moveAddresses: z.boolean().optional(),
  ...servicesShape,
})

export const networkSchema = shorthand('kind', network)
export type NetworkEntry = z.infer<typeof network>
export type NetworkKey = Exclude<keyof NetworkEntry, 'kind'>

/** What each kind understands. */
export const keysOfKind: Readonly<Record<NetworkConfig['kind'], readonly NetworkKey[]>> = {
  user: ['forwards', 'dhcp', 'boot'],
  segment: ['address', 'mtu', 'links', 'dhcp', 'boot'],
  bridge: ['bridge', 'address', 'mtu', 'nat', 'uplink', 'vlan', 'moveAddresses', 'dhcp', 'boot'],
  isolated: ['bridge', 'address', 'mtu', 'dhcp', 'boot'],
}

/** The keys of an entry below `networks`. */
export function knownNetworkKeys(path: readonly PropertyKey[]): string[] {
  const [key] = path
  const services = key === undefined ? undefined : knownServicesKeys(key)
  return services ?? Object.keys(key === 'links' ? udpSchema.shape : network.shape)
}
