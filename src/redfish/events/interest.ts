import { prefixOf, type RedfishEvent, unversioned } from './event.ts'

/** Which events somebody wants; an empty list asks for nothing in particular. */
export interface Interest {
  readonly registryPrefixes: readonly string[]
  readonly excludedPrefixes: readonly string[]
  readonly messageIds: readonly string[]
  readonly excludedIds: readonly string[]
  readonly resourceTypes: readonly string[]
  /** Paths. */
  readonly origins: readonly string[]
  /** What is below them too. */
  readonly subordinates: boolean
  readonly severities: readonly string[]
  /** Of an older time. */
  readonly eventTypes: readonly string[]
}

export const everything: Interest = {
  registryPrefixes: [],
  excludedPrefixes: [],
  messageIds: [],
  excludedIds: [],
  resourceTypes: [],
  origins: [],
  subordinates: false,
  severities: [],
  eventTypes: [],
}

/** DSP0268, EventDestination: a registry or a message may let it in, everything else has to agree. */
export function isWanted(interest: Interest, { messageId, severity, eventType, origin }: RedfishEvent): boolean {
  const { registryPrefixes, messageIds, excludedPrefixes, excludedIds, resourceTypes, severities } = interest
  const prefix = prefixOf(messageId)
  const id = unversioned(messageId)
  const names = (list: readonly string[]) => list.some((one) => unversioned(one) === id)
  if (excludedPrefixes.includes(prefix) || names(excludedIds)) return false
  const chosen = registryPrefixes.length > 0 || messageIds.length > 0
  if (chosen && !registryPrefixes.includes(prefix) && !names(messageIds)) return false
  if (resourceTypes.length > 0 && !resourceTypes.includes(origin.type ?? '')) return false
  if (severities.length > 0 && !severities.includes(severity)) return false
  if (interest.eventTypes.length > 0 && !interest.eventTypes.includes(eventType)) return false
  return interest.origins.length === 0 || comesFrom(interest, origin.path)
}

function comesFrom({ origins, subordinates }: Interest, path: string | undefined): boolean {
  if (path === undefined) return false
  return origins.some((origin) => path === origin || (subordinates && path.startsWith(`${origin}/`)))
}
