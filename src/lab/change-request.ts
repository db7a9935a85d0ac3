import type { CreatedNode } from '../config/pool.ts'
import type { Applied } from './change.ts'
import { RouteError } from './control-answers.ts'
import { type LabChanges, noLabFile } from './lab-changes.ts'

const verbs = ['apply', 'create', 'remove'] as const
type Verb = (typeof verbs)[number]

/** Which change a request is, where it is one: `POST /apply`, `/create`, `/remove`. */
export function changeVerb(method: string, parts: readonly string[]): Verb | undefined {
  return method === 'POST' && parts.length === 1 ? verbs.find((verb) => verb === parts[0]) : undefined
}

/** Rejects with what stood in the way; then nothing has changed. */
export function askedChange(changes: LabChanges | undefined, verb: Verb, body: unknown): Promise<Applied> {
  if (changes === undefined) throw noLabFile()
  const facts = new Map<string, unknown>(typeof body === 'object' && body !== null ? Object.entries(body) : [])
  const said = facts.get('personality')
  const personality = typeof said === 'string' ? said : undefined
  switch (verb) {
    case 'apply':
      return changes.apply(personality)
    case 'create':
      return changes.create(listOf(facts.get('nodes')).map(asCreated), personality)
    case 'remove':
      return changes.remove(listOf(facts.get('nodes')).map((name) => textOf(name)))
  }
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value
  throw new RouteError(400, 'say {"nodes": [...]}')
}

function asCreated(value: unknown): CreatedNode {
  if (typeof value !== 'object' || value === null || !('name' in value)) throw new RouteError(400, 'a node has a name')
  const image = 'image' in value && value.image !== undefined ? textOf(value.image) : undefined
  return { name: textOf(value.name), image }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw new RouteError(400, 'a name is text')
}
