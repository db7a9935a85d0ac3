import type { Identity } from './access/identity.ts'
import { mayDo } from './access/privileges.ts'
import { etagOf } from './etag.ts'
import { odataType, propertiesOf } from './facts/schema.ts'
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
    const whole: Body = {
      '@odata.id': id,
      '@odata.type': odataType(resource.type),
      ...(!resource.collection && { Id: decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) }),
      ...own,
      ...(found.members && (await this.#members(route, await found.members(context), by))),
      ...this.#linksBelow(route, own),
      ...actionsOf(resource, found, path),
    }
    const etag = etagOf(whole, resource.volatile)
    return { body: { ...whole, '@odata.etag': etag }, etag }
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
  #linksBelow({ resource, parameters, path }: Route, own: Body): Body {
    const properties = propertiesOf(`${resource.type}.${resource.type}`)
    const links: Record<string, unknown> = {}
    for (const below of this.#routes.below(resource)) {
      const last = below.path.slice(below.path.lastIndexOf('/') + 1)
      const name = below.linkedAs ?? last
      if (properties?.get(name)?.kind !== 'link' || Object.hasOwn(own, name)) continue
      if (below.isThere(this.#service, parameters)) links[name] = link(`${path}/${last}`)
    }
    return links
  }
}

function actionsOf(resource: Resource, found: Found, path: string): Body {
  const there = Object.entries(found.actions).filter(([, action]) => isThere(action, found))
  if (there.length === 0) return {}
  return {
    Actions: Object.fromEntries(
      there.map(([name, action]) => [`#${resource.type}.${name}`, described(action, name, found, resource, path)]),
    ),
  }
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
