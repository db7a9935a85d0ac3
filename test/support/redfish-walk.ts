import type { Body } from '../../src/redfish/request.ts'
import { isBody } from '../../src/redfish/request.ts'

/** Everything that can be reached by links from the root, each once, in the order it was found. */
export async function walk(get: (path: string) => Promise<Body>, from = '/redfish/v1/'): Promise<Map<string, Body>> {
  const found = new Map<string, Body>()
  const waiting = [from]
  const seen = new Set(waiting)
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const body = await get(path)
    found.set(path, body)
    for (const link of linksIn(body)) {
      const target = link.split('#')[0]
      if (seen.has(target)) continue
      seen.add(target)
      waiting.push(target)
    }
  }
  return found
}

function linksIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn)
  if (!isBody(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const isLink = name === '@odata.id' || name === '@Redfish.ActionInfo' || name === 'Uri'
    return isLink && typeof inner === 'string' && inner.startsWith('/redfish/') ? [inner] : linksIn(inner)
  })
}
