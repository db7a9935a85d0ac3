import { BmcError, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import { anybody, identify } from './access/authenticate.ts'
import { type Identity, nobody, type Origin, ourselves } from './access/identity.ts'
import { actionInfo } from './action-info.ts'
import { page } from './collection-page.ts'
import { metadata, schemaUri, serviceDocument, versions } from './documents.ts'
import { etagOf, names } from './etag.ts'
import type { SendEvent } from './events/delivery.ts'
import { Events } from './events/events.ts'
import { STREAM } from './events/given.ts'
import { readStreamFilter } from './events/stream-filter.ts'
import { watchAll } from './events/watch.ts'
import { type PlainKey, RedfishError, refuse } from './faults.ts'
import { ROOT } from './links.ts'
import { errorBody, extendedInfo, messageOfFault } from './messages/message.ts'
import { refusalOf } from './messages/reasons.ts'
import { patch } from './patch.ts'
import { act, addMember, done } from './post.ts'
import { excerptOf } from './query/excerpt.ts'
import { expanded } from './query/expand.ts'
import { type Query, readQuery } from './query/parse.ts'
import { selected } from './query/select.ts'
import { onlyFile, receiveFile } from './receive.ts'
import { Representations } from './representation.ts'
import type { Body, RedfishRequest, RedfishResponse } from './request.ts'
import { isBody } from './request.ts'
import type { Context, Found } from './resource.ts'
import { pathOf, type Route, type Routes } from './routes.ts'
import { nodeOfChassis, nodeOfManager, nodeOfSystem, type Service } from './service-parts.ts'
import { accepted, orderOf, prefersTask, unreported } from './tasks/asynchronous.ts'
import type { TaskReport } from './tasks/task.ts'
import { Tasks } from './tasks/tasks.ts'
import { builtInReports } from './telemetry/metrics.ts'
import { Telemetry } from './telemetry/telemetry.ts'
import { Turns } from './turns.ts'
import { segmentOf, segmentsOf } from './uri.ts'

const known = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']

const succeeded: RedfishResponse = { status: 200, headers: {}, body: done }
const always = { 'OData-Version': '4.0', 'Cache-Control': 'no-cache' }
const JSON_TYPE = 'application/json;charset=utf-8'
const alwaysJson = { ...always, 'Content-Type': JSON_TYPE }

/** `from`: where who reads it is. */
type Document = (from: Origin) => Promise<Body> | Body | string

/** A Redfish service as a function of requests (DSP0266 §7). Sockets and TLS are web/'s. */
export class RedfishService {
  readonly parts: Service
  readonly #routes: Routes
  readonly #log: Logger
  readonly #representations: Representations
  readonly #turns = new Turns()
  /** What is there for everybody, and is no resource. */
  readonly #documents: ReadonlyMap<string, Document> = new Map<string, Document>([
    ['redfish', () => versions],
    ['redfish/v1/odata', async (from) => serviceDocument((await this.#representations.at(ROOT, nobody(from))) ?? {})],
    ['redfish/v1/$metadata', () => metadata(this.#routes)],
  ])

  /** `sendEvent`: how events leave; without it nobody gets any but by a stream. */
  constructor(
    parts: Omit<Service, 'tasks' | 'events' | 'telemetry'>,
    routes: Routes,
    log: Logger,
    sendEvent: SendEvent = nowhere,
  ) {
    this.#routes = routes
    const tasks = new Tasks(parts.clock, parts.bmc.store)
    const { bmc, clock, nodes } = parts
    const events = new Events({
      bmc,
      clock,
      log,
      send: sendEvent,
      typeAt: (path) => this.#typeAt(path),
      resourceTypes: routes.types,
      watch: (told) => watchAll({ nodes, bmc, tasks }, told),
    })
    const telemetry = new Telemetry({
      clock,
      store: bmc.store,
      events,
      read: (path) => this.#representations.at(path, { ...nobody(ourselves), role: 'ReadOnly' }),
      builtIn: () => builtInReports(nodes),
    })
    this.parts = { ...parts, tasks, events, telemetry }
    this.#log = log
    this.#representations = new Representations(this.parts, routes)
  }

  /** `peer`: where the request is from. Never rejects: what goes wrong is an answer too. */
  async handle(request: RedfishRequest, peer?: string, isGuest = false): Promise<RedfishResponse> {
    try {
      const response = await this.#answer(request, { peer, isGuest })
      const { status, headers, body, text, stream } = response
      // It is whole.
      if (text !== undefined && request.method !== 'HEAD') return response
      if (stream !== undefined) return { status, headers: { ...always, ...headers }, body, stream }
      const usual = body === undefined || typeof body === 'string' ? always : alwaysJson
      if (request.method === 'HEAD') return { status, headers: { ...usual, ...headers }, body: undefined }
      return { status, headers: { ...usual, ...headers }, body }
    } catch (error) {
      return this.#failure(error, request)
    }
  }

  /** An error that whoever reads requests finds in one. */
  refusal(status: number, key: PlainKey): RedfishResponse {
    return { status, headers: alwaysJson, body: errorBody([{ key, args: [], related: [] }]) }
  }

  /** Events go out no more. */
  close(): void {
    this.parts.telemetry.close()
    this.parts.events.close()
  }

  #typeAt(path: string): string | undefined {
    const [before] = path.split('#')
    const route = this.#routes.find(segmentsOf(before) ?? [])
    if (route?.kind !== 'resource') return undefined
    return route.resource.find(this.parts, route.parameters) === undefined ? undefined : route.resource.type
  }

  #failure(error: unknown, { method, path }: RedfishRequest): RedfishResponse {
    const refusal = error instanceof BmcError ? refusalOf(error, { name: path, chassis: path }) : error
    if (refusal instanceof RedfishError) {
      const { status, headers, faults } = refusal
      const body = method === 'HEAD' ? undefined : errorBody(faults)
      return { status, headers: { ...alwaysJson, ...headers }, body }
    }
    this.#log.error(
      { error: messageOf(error), stack: error instanceof Error ? error.stack : undefined, method, path },
      'a Redfish request failed',
    )
    return { status: 500, headers: alwaysJson, body: errorBody(refuse(500, 'InternalError').faults) }
  }

  async #answer(request: RedfishRequest, from: Origin): Promise<RedfishResponse> {
    const { method, path, headers } = request
    if (!known.includes(method)) throw refuse(501, 'OperationNotAllowed')
    const segments = segmentsOf(path)
    if (segments === undefined) throw refuse(400, 'InvalidURI', path)
    const version = headers['odata-version']
    if (version !== undefined && version !== '4.0') throw refuse(412, 'HeaderInvalid', 'OData-Version')
    const document = this.#documents.get(segments.join('/'))
    if (document !== undefined) return this.#document(document, method, from)
    if (pathOf(segments) === STREAM) return this.#stream(request, from)

    const route = this.#routes.find(withoutMembers(segments, method))
    const found = route?.resource.find(this.parts, route.parameters)
    const open = isOpen(route, method)
    const who = open ? nobody(from) : (this.parts.everybody ? anybody : identify)(this.parts.bmc, headers, from)
    if (who === undefined) throw unauthorized(headers)
    if (route === undefined || found === undefined) throw refuse(404, 'ResourceMissingAtURI', path)
    const allowed = methodsOf(route)
    const allow = { Allow: allowed.join(', ') }
    if (!allowed.includes(method)) throw new RedfishError(405, refuse(405, 'OperationNotAllowed').faults, allow)
    const body =
      method === 'PATCH' && isBodyOf(request)
        ? Object.keys(request.body.value).filter((name) => !name.includes('@'))
        : []
    if (!open && !this.#representations.allows(route, found, who, method, body))
      throw refuse(403, 'InsufficientPrivilege')

    switch (method) {
      case 'PATCH':
        return this.#turns.take(route.path, () => this.#patch(request, route, found, who))
      case 'POST':
        return this.#post(request, route, found, who)
      case 'DELETE':
        return this.#turns.take(route.path, () => this.#remove(request, route, found, who))
      default:
        return this.#get(request, route, found, who, allow)
    }
  }

  async #document(make: Document, method: string, from: Origin): Promise<RedfishResponse> {
    const allow = { Allow: 'GET, HEAD' }
    if (method !== 'GET' && method !== 'HEAD')
      throw new RedfishError(405, refuse(405, 'OperationNotAllowed').faults, allow)
    const body = await make(from)
    const headers = typeof body === 'string' ? { ...allow, 'Content-Type': 'application/xml;charset=utf-8' } : allow
    return { status: 200, headers, body }
  }

  /** Events as they happen, for whoever may log in (DSP0266 §13.5). */
  #stream({ method, headers, query }: RedfishRequest, from: Origin): RedfishResponse {
    const who = identify(this.parts.bmc, headers, from)
    if (who === undefined) throw unauthorized(headers)
    const allow = { Allow: 'GET' }
    if (method !== 'GET') throw new RedfishError(405, refuse(405, 'OperationNotAllowed').faults, allow)
    const filter = readStreamFilter(new URLSearchParams(query).get('$filter') ?? undefined)
    const { events } = this.parts
    events.checkStream()
    return {
      status: 200,
      headers: { ...allow, 'Content-Type': 'text/event-stream;charset=utf-8' },
      body: undefined,
      stream: (sink) => events.openStream(filter, who, sink),
    }
  }

  async #get(
    { query: search, headers }: RedfishRequest,
    route: Route,
    found: Found,
    by: Identity,
    allow: { readonly Allow: string },
  ): Promise<RedfishResponse> {
    const { resource, path } = route
    const described = {
      Link: `<${schemaUri(route.kind === 'action-info' ? 'ActionInfo' : resource.type)}>; rel=describedby`,
    }
    if (route.kind === 'action-info') {
      const action = Object.hasOwn(found.actions, route.action) ? found.actions[route.action] : undefined
      if (action === undefined || !action.isThere(found.subject)) throw refuse(404, 'ResourceMissingAtURI', path)
      const info = actionInfo(resource.type, route.action, path, found)
      const etag = etagOf(info, [])
      if (isSame(headers, etag)) return { status: 304, headers: { ...allow, ETag: etag }, body: undefined }
      return { status: 200, headers: { ...allow, ...described, ETag: etag }, body: { ...info, '@odata.etag': etag } }
    }
    if (found.answer !== undefined) return found.answer()
    const query = readQuery(search)
    const fetch = (one: string) => this.#representations.at(one, by)
    if (query.only) {
      const [only, ...more] = (resource.collection && (await found.members?.(this.#context(route, by)))) || []
      if (!resource.collection) throw refuse(400, 'QueryNotSupportedOnResource')
      const member = only === undefined || more.length > 0 ? undefined : await fetch(`${path}/${segmentOf(only)}`)
      if (member !== undefined) return { status: 200, headers: { ...allow, ...described }, body: member }
    }
    const { body, etag, text } = await this.#representations.of(route, found, by)
    const plain =
      query.expand === undefined && query.filter === undefined && query.top === undefined && query.skip === 0
    const tag: Readonly<Record<string, string>> = plain ? { ETag: etag } : {}
    // What changes by itself may be another reading under the same ETag.
    if (plain && resource.volatile.length === 0 && isSame(headers, etag)) {
      return { status: 304, headers: { ...allow, ETag: etag }, body: undefined }
    }
    const shaped = search === '' && !resource.collection ? body : await this.#shaped(body, route, query, search, fetch)
    if (plain && shaped === body && text !== undefined) {
      return { status: 200, headers: headersOf(allow.Allow, described.Link, etag), body, text }
    }
    return { status: 200, headers: { ...allow, ...described, ...tag }, body: shaped }
  }

  async #shaped(
    body: Body,
    { resource, path }: Route,
    query: Query,
    search: string,
    fetch: (path: string) => Promise<Body | undefined>,
  ): Promise<Body> {
    const { select, expand, filter, top, skip, excerpt } = query
    const paged = filter !== undefined || top !== undefined || skip > 0
    if (paged && !resource.collection) throw refuse(400, 'QueryNotSupportedOnResource')
    const one = resource.collection ? await page(body, path, query, search, fetch) : body
    const two = expand === undefined ? one : await expanded(one, expand, fetch)
    const three = excerpt ? excerptOf(two) : two
    return select === undefined ? three : selected(three, select)
  }

  async #patch(request: RedfishRequest, route: Route, found: Found, by: Identity): Promise<RedfishResponse> {
    const given = objectOf(request)
    const { changes } = this.parts.events
    const since = changes.now
    const before = await this.#representations.of(route, found, by)
    checkMatch(request, before.etag)
    const failed = await patch(
      route.resource.type,
      found,
      before.body,
      given,
      this.#context(route, by),
      this.#chassis(route),
    )
    changes.note('changed', route.path, since)
    const { body, etag } = await this.#representations.of(route, found, by)
    const annotations = [...failed].map(([name, faults]) => [
      `${name}@Message.ExtendedInfo`,
      extendedInfo(faults)['@Message.ExtendedInfo'],
    ])
    return { status: 200, headers: { ETag: etag }, body: { ...body, ...Object.fromEntries(annotations) } }
  }

  async #post(request: RedfishRequest, route: Route, found: Found, by: Identity): Promise<RedfishResponse> {
    if (request.query !== '' && request.query.includes('$')) throw refuse(400, 'QueryNotSupportedOnOperation')
    const context = this.#context(route, by)
    const { type } = route.resource
    if (route.kind === 'action' && (request.body.kind === 'form' || request.body.kind === 'file')) {
      const { body } = request
      const action = Object.hasOwn(found.actions, route.action) ? found.actions[route.action] : undefined
      if (body.kind === 'file' && action?.receive?.bare !== true) throw refuse(415, 'UnrecognizedRequestBody')
      const parts = body.kind === 'form' ? body.parts : onlyFile(body.content)
      const run = (how: Context) => receiveFile(type, route.action, found, parts, how, this.#chassis(route))
      if (action?.long === true)
        return this.#received(request, `${type}.${route.action}`, (report) => run({ ...context, report }))
      await run(context)
      return succeeded
    }
    if (route.kind === 'action') {
      const given = request.body.kind === 'none' ? {} : objectOf(request)
      const run = act(type, route.action, found, given, this.#chassis(route))
      if (!found.actions[route.action].long && !prefersTask(request)) return (await run(context)) ?? succeeded
      const order = orderOf(request, `${type}.${route.action}`)
      return accepted(
        this.parts.tasks.start(order, (report) => this.#work(request, report, () => run({ ...context, report }))),
      )
    }
    const given = objectOf(request)
    const { changes } = this.parts.events
    const since = changes.now
    const member = type.replace(/Collection$/, '')
    const created = await addMember(member, found, given, context, this.#chassis(route))
    const location = `${route.path}/${segmentOf(created.id)}`
    changes.note('created', location, since)
    const shown = this.#routes.find(segmentsOf(location) ?? [])
    const there = shown?.resource.find(this.parts, shown.parameters)
    const body = shown && there && (await this.#representations.of(shown, there, by)).body
    return { status: 201, headers: { Location: location, ...created.headers }, body }
  }

  /** A task that is answered when the file has been read, as that comes with the request: by its failure where there is one. */
  async #received(
    request: RedfishRequest,
    name: string,
    run: (report: TaskReport) => Promise<void>,
  ): Promise<RedfishResponse> {
    const task = this.parts.tasks.start(orderOf(request, name), (report) =>
      this.#work(request, report, async () => {
        await run(report)
        return undefined
      }),
    )
    await task.done
    return task.response !== undefined && task.response.status >= 400 ? task.response : accepted(task)
  }

  /** What a task ends with. */
  async #work(
    request: RedfishRequest,
    report: TaskReport,
    run: () => Promise<RedfishResponse | undefined>,
  ): Promise<RedfishResponse> {
    try {
      return (await run()) ?? succeeded
    } catch (error) {
      if (error instanceof RedfishError) for (const fault of error.faults) report.message(messageOfFault(fault))
      return this.#failure(error, request)
    }
  }

  async #remove(request: RedfishRequest, route: Route, found: Found, by: Identity): Promise<RedfishResponse> {
    if (request.query.includes('$')) throw refuse(400, 'QueryNotSupportedOnOperation')
    const { changes } = this.parts.events
    const since = changes.now
    await found.remove?.(this.#context(route, by))
    changes.note('removed', route.path, since)
    return succeeded
  }

  #context({ path }: Route, by: Identity): Context {
    return { service: this.parts, by, path, report: unreported }
  }

  /** For messages about the power: of the node that the path leads to. */
  #chassis({ parameters: { system = '', manager = '', chassis = '' } }: Route): string {
    const { parts } = this
    const node = nodeOfSystem(parts, system) ?? nodeOfManager(parts, manager) ?? nodeOfChassis(parts, chassis)
    return (node ?? parts.nodes[0])?.ids.chassis ?? ''
  }
}

/** All headers of a resource that is sent as it is, in an object of one shape: what V8 has not seen before costs it more than all that is in it. */
function headersOf(allow: string, link: string, etag: string): RedfishResponse['headers'] {
  return {
    'OData-Version': '4.0',
    'Cache-Control': 'no-cache',
    'Content-Type': JSON_TYPE,
    Allow: allow,
    Link: link,
    ETag: etag,
  }
}

const nowhere: SendEvent = () => Promise.reject(new Error('nothing here sends events'))

/** POST to `Members` of a collection is POST to the collection (DSP0266 §7.9). */
function withoutMembers(segments: readonly string[], method: string): readonly string[] {
  return method === 'POST' && segments.at(-1) === 'Members' ? segments.slice(0, -1) : segments
}

function isOpen(route: Route | undefined, method: string): boolean {
  if (route?.kind !== 'resource') return false
  const { open } = route.resource
  return (open === 'read' && (method === 'GET' || method === 'HEAD')) || (open === 'create' && method === 'POST')
}

function methodsOf({ kind, resource }: Route): readonly string[] {
  if (kind === 'action') return ['POST']
  return kind === 'action-info' ? ['GET', 'HEAD'] : resource.methods
}

/** A browser is asked for a password only where it did not come with a token. */
function unauthorized(headers: RedfishRequest['headers']): RedfishError {
  const { faults } = refuse(401, 'NoValidSession')
  if (headers['x-auth-token'] !== undefined) return new RedfishError(401, faults)
  return new RedfishError(401, faults, { 'WWW-Authenticate': 'Basic realm="Redfish"' })
}

function isSame(headers: RedfishRequest['headers'], etag: string): boolean {
  const header = headers['if-none-match']
  return header !== undefined && names(header, etag)
}

/** Only of a PATCH: clients send the ETag of what they read before with actions too, where it means nothing. */
function checkMatch({ headers }: RedfishRequest, etag: string): void {
  const header = headers['if-match']
  if (header !== undefined && !names(header, etag)) throw refuse(412, 'PreconditionFailed')
}

function isBodyOf(request: RedfishRequest): request is RedfishRequest & { body: { kind: 'json'; value: Body } } {
  return request.body.kind === 'json' && isBody(request.body.value)
}

/** The object in the body of a request that has to have one. */
function objectOf({ body }: RedfishRequest): Body {
  switch (body.kind) {
    case 'none':
      throw refuse(400, 'EmptyJSON')
    case 'malformed':
      throw refuse(400, 'MalformedJSON')
    case 'form':
    case 'file':
    case 'other':
      throw refuse(415, 'UnrecognizedRequestBody')
    case 'json':
      if (!isBody(body.value)) throw refuse(400, 'UnrecognizedRequestBody')
      return body.value
  }
}
