import { propertiesOf } from './facts/schema.ts'
import type { Parameters, Resource } from './resource.ts'
import { segmentOf } from './uri.ts'

/** What a path leads to. */
export type Route = { readonly resource: Resource; readonly parameters: Parameters; readonly path: string } & (
  | { readonly kind: 'resource' }
  | { readonly kind: 'action' | 'action-info'; readonly action: string }
)

/** A resource one step below, and the property of the upper one that links to it. */
export interface Linked {
  readonly property: string
  /** The last part of its path. */
  readonly last: string
  readonly resource: Resource
}

interface Stop {
  resource?: Resource
  readonly words: Map<string, Stop>
  parameter?: { readonly name: string; readonly stop: Stop }
}

/** The table of resources, looked up by path; and which resource stands below which. */
export class Routes {
  readonly all: readonly Resource[]
  readonly #root: Stop = { words: new Map() }
  readonly #below = new Map<string, Resource[]>()
  readonly #above = new Map<Resource, readonly string[]>()
  readonly #linked = new Map<Resource, readonly Linked[]>()

  constructor(resources: readonly Resource[]) {
    this.all = resources
    for (const resource of resources) this.#add(resource)
    for (const resource of resources) {
      const parent = parentPath(resource.path)
      if (resource.path.endsWith('}')) continue
      this.#below.set(parent, [...(this.#below.get(parent) ?? []), resource])
    }
    const byPath = new Map(resources.map((resource) => [resource.path, resource]))
    for (const resource of resources) {
      const types: string[] = []
      for (let path = parentPath(resource.path); path !== ''; path = parentPath(path)) {
        const type = byPath.get(path)?.type
        if (type !== undefined) types.unshift(type)
      }
      this.#above.set(resource, types)
    }
  }

  /** Resources one step below, those with a fixed name that the schema has a property for. Found out once. */
  linked(resource: Resource): readonly Linked[] {
    let linked = this.#linked.get(resource)
    if (linked === undefined) {
      const properties = propertiesOf(`${resource.type}.${resource.type}`)
      linked = (this.#below.get(resource.path) ?? [])
        .map((below) => {
          const last = below.path.slice(below.path.lastIndexOf('/') + 1)
          return { property: below.linkedAs ?? last, last, resource: below }
        })
        .filter(({ property }) => properties?.get(property)?.kind === 'link')
      this.#linked.set(resource, linked)
    }
    return linked
  }

  /** Schemas of the resources above, outermost first. */
  above(resource: Resource): readonly string[] {
    return this.#above.get(resource) ?? []
  }

  /** Schemas of all resources that are no collections. */
  get types(): readonly string[] {
    return [...new Set(this.all.filter(({ collection }) => !collection).map(({ type }) => type))].sort()
  }

  /** `segments` are decoded. */
  find(segments: readonly string[]): Route | undefined {
    const direct = this.#match(segments)
    if (direct !== undefined) {
      const { resource, parameters, path } = direct
      return { kind: 'resource', resource, parameters, path }
    }
    const last = segments.at(-1) ?? ''
    if (segments.at(-2) === 'Actions' && last.includes('.')) {
      const on = this.#match(segments.slice(0, -2))
      const [type, action = ''] = last.split('.')
      return on && { kind: 'action', ...on, action: type === on.resource.type ? action : last }
    }
    const info = /^(\w+)ActionInfo$/.exec(last)
    const on = info && this.#match(segments.slice(0, -1))
    if (info && on?.resource.actionNames.includes(info[1])) return { kind: 'action-info', ...on, action: info[1] }
    return undefined
  }

  #match(segments: readonly string[]): Omit<Route, 'kind'> | undefined {
    let stop = this.#root
    const parameters: Record<string, string> = {}
    for (const segment of segments) {
      const word = stop.words.get(segment)
      if (word !== undefined) stop = word
      else if (stop.parameter !== undefined) {
        parameters[stop.parameter.name] = segment
        stop = stop.parameter.stop
      } else return undefined
    }
    const { resource } = stop
    return resource && { resource, parameters, path: pathOf(segments) }
  }

  #add(resource: Resource): void {
    let stop = this.#root
    for (const part of resource.path.split('/').slice(1)) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1]
      if (name !== undefined) {
        stop.parameter ??= { name, stop: { words: new Map() } }
        if (stop.parameter.name !== name) {
          throw new RangeError(`${resource.path}: {${name}} is {${stop.parameter.name}} in another path`)
        }
        stop = stop.parameter.stop
      } else {
        const next = stop.words.get(part) ?? { words: new Map() }
        stop.words.set(part, next)
        stop = next
      }
    }
    if (stop.resource !== undefined) throw new RangeError(`${resource.path} is declared twice`)
    stop.resource = resource
  }
}

export function pathOf(segments: readonly string[]): string {
  return segments.map((segment) => `/${segmentOf(segment)}`).join('')
}

function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
