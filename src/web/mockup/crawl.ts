import { type Body, isBody } from '../../redfish/request.ts'

/** What a service answered. `body`: JSON's value where it is JSON, else text. */
export interface Fetched {
  readonly status: number
  readonly body: unknown
}

export interface CrawlOptions {
  readonly get: (path: string) => Promise<Fetched>
  /** Requests at the same time. */
  readonly atOnce: number
  /** Resources at most. */
  readonly most: number
  readonly found: (path: string, body: Body | string) => void
  /** A link that leads nowhere, or to what cannot be read. */
  readonly missing: (path: string, why: string) => void
}

const START = '/redfish/v1'
const documents = ['/redfish', `${START}/odata`, `${START}/$metadata`]

/** Reads everything that links lead to from the service root on, each once; collections that come page by page are put together. */
export async function crawl(options: CrawlOptions): Promise<number> {
  const { atOnce, most } = options
  const seen = new Set([START, ...documents])
  const waiting = [...seen]
  const running = new Set<Promise<void>>()
  let count = 0
  const take = async (path: string) => {
    const body = await readOne(path, options)
    if (body === undefined) return
    count++
    for (const link of isBody(body) ? linksIn(body) : []) {
      if (seen.has(link) || seen.size >= most) continue
      seen.add(link)
      waiting.push(link)
    }
  }
  while (waiting.length > 0 || running.size > 0) {
    const path = running.size < atOnce ? waiting.shift() : undefined
    if (path === undefined) {
      await Promise.race(running)
      continue
    }
    const one: Promise<void> = take(path).finally(() => running.delete(one))
    running.add(one)
  }
  return count
}

async function readOne(path: string, { get, found, missing }: CrawlOptions): Promise<Body | string | undefined> {
  const { status, body } = await get(path === START ? `${START}/` : path)
  const whole = status === 200 && isBody(body) ? await withAllPages(body, get) : body
  if (status === 200 && (isBody(whole) || typeof whole === 'string')) {
    found(path, whole)
    return whole
  }
  missing(path, status === 200 ? 'neither JSON nor XML' : `status ${status}`)
  return undefined
}

async function withAllPages(first: Body, get: CrawlOptions['get']): Promise<Body> {
  if (!Array.isArray(first.Members)) return first
  const { 'Members@odata.nextLink': next, ...rest } = first
  const members: unknown[] = [...first.Members]
  const seen = new Set<string>()
  for (let link = next; typeof link === 'string' && link.startsWith('/') && !seen.has(link); ) {
    seen.add(link)
    const { status, body } = await get(link)
    if (status !== 200 || !isBody(body) || !Array.isArray(body.Members)) break
    members.push(...body.Members)
    link = body['Members@odata.nextLink']
  }
  return { ...rest, Members: members }
}

/** Paths without a slash at their end, of this service alone. */
function linksIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn)
  if (!isBody(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const isLink = name === '@odata.id' || name === '@Redfish.ActionInfo' || name === 'Uri'
    const path = isLink && typeof inner === 'string' ? inner.split('#')[0].split('?')[0].replace(/\/+$/, '') : ''
    return path.startsWith(`${START}/`) ? [path] : linksIn(inner)
  })
}
