import type { Identity } from './access/identity.ts'
import { mayDo } from './access/privileges.ts'
import { etagOf, etagOfText } from './etag.ts'
import { odataType } from './facts/schema.ts'
import { link, ROOT } from './links.ts'
import type { Body } from './request.ts'
import type { Context, Found, Resource } from './resource.ts'
import { pathOf, type Route, type Routes } from './routes.ts'
import type { Service } from './service-parts.ts'
import { unreported } from './tasks/asynchronous.ts'
import { segmentsOf } from './uri.ts'

/** A resource as it goes out, before a query has its way with it. */
export interface Representation {
  readonly body: Body
  readonly etag: string
  /** The body as JSON, where that was needed for the ETag already. */
  readonly text: string | undefined
}

export class Representations {
  readonly #service: Service
  readonly #routes: Routes

  constructor(service: Service, routes: Routes) {
    this.#service = service
    this.#routes = routes
  }

  async of(route: Route, found: Found, by: Identity): Promise<Representation> {
    const { resource, path } = route
    const context: Context = { service: this.#service, by, path, report: unreported }
    const own = await found.get(context)
    const id = path === ROOT ? `${ROOT}/` : path
    const body: Record<string, unknown> = { '@odata.id': id, '@odata.type': odataType(resource.type) }
    if (!resource.collection) body.Id = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))
    Object.assign(body, own)
    if (found.members) Object.assign(body, await this.#members(route, await found.members(context), by))
    this.#addLinks(body, route)
    addActions(body, resource, found, path)
    if (resource.volatile.length > 0) {
      const etag = etagOf(body, resource.volatile)
      body['@odata.etag'] = etag
      return { body, etag, text: undefined }
    }
    // Written once: what is hashed is sent, with the ETag behind it.
    const untagged = JSON.stringify(body)
    const etag = etagOfText(untagged)
    body['@odata.etag'] = etag
    return { body, etag, text: `${untagged.slice(0, -1)},"@odata.etag":${JSON.stringify(etag)}}` }
  }

  /** What a link leads to; undefined where it leads nowhere, or who asks may not see it. */
  async at(path: string, by: Identity): Promise<Body | undefined> {
    const segments = segmentsOf(path)
    const route = segments && this.#routes.find(segments)
    if (route?.kind !== 'resource') return undefined
    const found = route.resource.find(this.#service, route.parameters)
    if (found === undefined || !this.allows(route, found, by, 'GET')) return undefined
    return (await this.of(route, found, by)).body
  }

  allows(route: Route, found: Found, by: Identity, method: string, properties: readonly string[] = []): boolean {
    const { resource } = route
    const entity = route.kind === 'action-info' ? 'ActionInfo' : resource.type
    return mayDo(by, { method, entity, above: this.#routes.above(resource), own: found.isOwn(by), properties })
  }

  async #members({ resource, path }: Route, ids: readonly string[], by: Identity): Promise<Body> {
    const paths = ids.map((id) => `${path}${pathOf([id])}`)
    const whole = resource.inline ? await Promise.all(paths.map((one) => this.at(one, by))) : []
    return { 'Members@odata.count': ids.length, Members: paths.map((one, i) => whole[i] ?? link(one)) }
  }

  /** Resources one step below are linked to where the schema has a property for them. */
  #addLinks(body: Record<string, unknown>, { resource, parameters, path }: Route): void {
    for (const { property, last, resource: below } of this.#routes.linked(resource)) {
      if (Object.hasOwn(body, property)) continue
      if (below.isThere(this.#service, parameters)) body[property] = link(`${path}/${last}`)
    }
  }
}

function addActions(body: Record<string, unknown>, resource: Resource, found: Found, path: string): void {
  let actions: Record<string, unknown> | undefined
  for (const [name, action] of Object.entries(found.actions)) {
    if (!isThere(action, found)) continue
    actions ??= {}
    actions[`#${resource.type}.${name}`] = described(action, name, found, resource, path)
  }
  if (actions !== undefined) body.Actions = actions
}

type AnyAction = Found['actions'][string]

export function isThere(action: AnyAction, { subject }: Found): boolean {
  return action.isThere(subject)
}

function described(action: AnyAction, name: string, { subject }: Found, { type }: Resource, path: string): Body {
  const parameters = Object.entries(action.parameters)
  const allowable = parameters.flatMap(([parameter, { allowable }]) =>
    allowable === undefined ? [] : [[`${parameter}@Redfish.AllowableValues`, allowable(subject)] as const],
  )
  return {
    target: `${path}/Actions/${type}.${name}`,
    ...Object.fromEntries(allowable),
    ...(parameters.length > 0 && { '@Redfish.ActionInfo': `${path}/${name}ActionInfo` }),
  }
}
