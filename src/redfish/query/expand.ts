import { type Body, isBody } from '../request.ts'
import type { Expand } from './parse.ts'

/** The resource at a path, or undefined: it is not there, or not for who asks. */
export type Fetch = (path: string) => Promise<Body | undefined>

/** Links become what they lead to (DSP0266 §7.3.2), level by level. */
export async function expanded(body: Body, { which, levels }: Expand, fetch: Fetch): Promise<Body> {
  const own = body['@odata.id']
  const walk = async (value: unknown, inLinks: boolean): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map((one) => walk(one, inLinks)))
    if (!isBody(value)) return value
    const path = linkIn(value)
    if (path === undefined) return walkAll(value, inLinks)
    const wanted = which === '*' || (which === '~') === inLinks
    if (!wanted || path === own || path.includes('#')) return value
    const there = await fetch(path)
    if (there === undefined) return value
    return levels > 1 ? expanded(there, { which, levels: levels - 1 }, fetch) : there
  }
  const walkAll = async (object: Body, inLinks: boolean): Promise<Body> => {
    const entries = await Promise.all(
      Object.entries(object).map(
        async ([name, value]) => [name, await walk(value, inLinks || name === 'Links')] as const,
      ),
    )
    return Object.fromEntries(entries)
  }
  return walkAll(body, false)
}

/** An object that is nothing but a link. */
function linkIn(value: Body): string | undefined {
  const path = value['@odata.id']
  return typeof path === 'string' && Object.keys(value).length === 1 ? path : undefined
}
