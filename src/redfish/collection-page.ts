import type { Fetch } from './query/expand.ts'
import type { Query } from './query/parse.ts'
import { type Body, isBody } from './request.ts'

/** Members in one response at most. */
export const PAGE = 1000

/** `$filter`, then `$skip`, then `$top` (DSP0266 §7.3): the members that are left, how many there are, and where it goes on. */
export async function page(body: Body, path: string, query: Query, search: string, fetch: Fetch): Promise<Body> {
  const { filter, skip, top } = query
  const all = Array.isArray(body.Members) ? body.Members : []
  const kept = filter === undefined ? all : await filtered(all, filter, fetch)
  const size = Math.min(top ?? PAGE, PAGE)
  const Members = kept.slice(skip, skip + size)
  const more = skip + size < kept.length && size > 0
  return {
    ...body,
    'Members@odata.count': kept.length,
    Members,
    ...(more && { 'Members@odata.nextLink': `${path}?${searchWithSkip(search, skip + size)}` }),
  }
}

async function filtered(all: readonly unknown[], holds: (member: Body) => boolean, fetch: Fetch): Promise<unknown[]> {
  const bodies = await Promise.all(all.map((member) => whole(member, fetch)))
  return all.filter((_, i) => {
    const body = bodies[i]
    return body !== undefined && holds(body)
  })
}

async function whole(member: unknown, fetch: Fetch): Promise<Body | undefined> {
  if (!isBody(member)) return undefined
  if (Object.keys(member).length > 1) return member
  const path = member['@odata.id']
  return typeof path === 'string' ? fetch(path) : undefined
}

function searchWithSkip(search: string, skip: number): string {
  const parameters = new URLSearchParams(search)
  parameters.set('$skip', String(skip))
  return parameters.toString().replaceAll('%24', '$')
}
