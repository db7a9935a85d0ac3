import { page } from './collection-page.ts'
import { versions } from './documents.ts'
import { etagOf, names } from './etag.ts'
import { type PlainKey, RedfishError, refuse } from './faults.ts'
import { errorBody } from './messages/message.ts'
import { expanded } from './query/expand.ts'
import { readQuery } from './query/parse.ts'
import { selected } from './query/select.ts'
import { type Body, isBody, type RedfishRequest, type RedfishResponse } from './request.ts'
import { segmentsOf } from './uri.ts'

/** What a mockup has at each path, which has no slash at its end; text is XML. */
export type MockupContent = ReadonlyMap<string, Body | string>

const always = { 'OData-Version': '4.0', 'Cache-Control': 'no-cache' }
const json = { 'Content-Type': 'application/json;charset=utf-8' }
const allow = { Allow: 'GET, HEAD' }

/** A Redfish service that was written down (DSP2043): everybody may read it, and nothing changes it. */
export class MockupService {
  readonly #content: MockupContent

  constructor(content: MockupContent) {
    this.#content = content
  }

  async handle(request: RedfishRequest): Promise<RedfishResponse> {
    try {
      const { status, headers, body } = await this.#answer(request)
      return { status, headers: { ...always, ...headers }, body: request.method === 'HEAD' ? undefined : body }
    } catch (error) {
      if (!(error instanceof RedfishError)) throw error
      const { status, headers, faults } = error
      const body = request.method === 'HEAD' ? undefined : errorBody(faults)
      return { status, headers: { ...always, ...json, ...headers }, body }
    }
  }

  refusal(status: number, key: PlainKey): RedfishResponse {
    return { status, headers: { ...always, ...json }, body: errorBody([{ key, args: [], related: [] }]) }
  }

  async #answer({ method, path, query: search, headers }: RedfishRequest): Promise<RedfishResponse> {
    const found = this.#at(path)
    if (found === undefined) throw refuse(404, 'ResourceMissingAtURI', path)
    if (method !== 'GET' && method !== 'HEAD') {
      throw new RedfishError(405, refuse(405, 'OperationNotAllowed').faults, allow)
    }
    if (typeof found === 'string') {
      return { status: 200, headers: { ...allow, 'Content-Type': 'application/xml;charset=utf-8' }, body: found }
    }
    const ETag = etagOf(found, [])
    if (search === '' && names(headers['if-none-match'] ?? '', ETag)) {
      return { status: 304, headers: { ...allow, ETag }, body: undefined }
    }
    const body = await this.#shaped(found, path.replace(/\/+$/, ''), search)
    return { status: 200, headers: { ...json, ...allow, ...(search === '' && { ETag }) }, body }
  }

  async #shaped(found: Body, path: string, search: string): Promise<Body> {
    const query = readQuery(search)
    const fetch = async (one: string) => {
      const there = this.#at(one)
      return typeof there === 'string' ? undefined : there
    }
    const isCollection = Array.isArray(found.Members)
    const paged = query.filter !== undefined || query.top !== undefined || query.skip > 0
    if ((paged || query.only) && !isCollection) throw refuse(400, 'QueryNotSupportedOnResource')
    if (query.only && Array.isArray(found.Members) && found.Members.length === 1) {
      const [member]: unknown[] = found.Members
      const link = isBody(member) ? member['@odata.id'] : undefined
      return (typeof link === 'string' ? await fetch(link) : undefined) ?? found
    }
    const one = isCollection && paged ? await page(found, path, query, search, fetch) : found
    const two = query.expand === undefined ? one : await expanded(one, query.expand, fetch)
    return query.select === undefined ? two : selected(two, query.select)
  }

  #at(path: string): Body | string | undefined {
    const segments = segmentsOf(path)
    if (segments === undefined) return undefined
    const plain = `/${segments.join('/')}`
    return this.#content.get(plain) ?? (plain === '/redfish' ? versions : undefined)
  }
}
