import { privileges } from '../facts/privileges.ts'
import type { Identity } from './identity.ts'
import { rolePrivileges } from './roles.ts'

/** What a request is about, as the privilege map (DSP8011) asks. */
export interface Deed {
  readonly method: string
  /** The schema of the resource. */
  readonly entity: string
  /** Those of the resources above it, outermost first. */
  readonly above: readonly string[]
  /** It is the asker's own account, session or subscription. */
  readonly own: boolean
  /** What a PATCH wants to change; empty for all else. */
  readonly properties: readonly string[]
}

type Operations = ReadonlyMap<string, readonly (readonly string[])[]>

const byText = new Map<string, Operations>()
let byEntity: ReadonlyMap<string, string> | undefined

/** Whether who asks may do that. What the map has nothing about is for those who configure the manager. */
export function mayDo(by: Identity, deed: Deed): boolean {
  const { entity, method, properties } = deed
  const { properties: overrides = [], subordinates = [] } = privileges.overrides[entity] ?? {}
  const under = subordinates.find(({ targets }) => isUnder(targets, deed.above))?.map
  const general = any(under, method) ?? any(entityMap(entity) ?? UNKNOWN, method) ?? []
  const ofProperty = (name: string) => any(overrides.find(({ targets }) => targets.includes(name))?.map, method)
  const needed = properties.length === 0 ? [general] : properties.map((name) => ofProperty(name) ?? general)
  return needed.every((one) => isEnough(by, deed.own, one))
}

const UNKNOWN = 'GET Login; HEAD Login; PATCH ConfigureManager; POST ConfigureManager; DELETE ConfigureManager'

/** The targets are what is above it, without gaps, nearest last. */
function isUnder(targets: readonly string[], above: readonly string[]): boolean {
  const nearest = above.slice(-targets.length)
  return nearest.length === targets.length && targets.every((target, i) => target === nearest[i])
}

function entityMap(entity: string): string | undefined {
  byEntity ??= new Map(
    privileges.entities.flatMap(({ map, names }) => names.split(' ').map((name) => [name, map] as const)),
  )
  return byEntity.get(entity)
}

/** The privileges of an operation: any of these, all of each; undefined where the map does not speak of it. */
function any(map: string | undefined, method: string): readonly (readonly string[])[] | undefined {
  return map === undefined ? undefined : operations(map).get(method)
}

function isEnough(by: Identity, own: boolean, needed: readonly (readonly string[])[]): boolean {
  const has: readonly string[] = by.role === undefined ? ['NoAuth'] : rolePrivileges[by.role]
  return needed.some((all) => all.every((one) => has.includes(one) && (one !== 'ConfigureSelf' || own)))
}

function operations(map: string): Operations {
  const known = byText.get(map)
  if (known !== undefined) return known
  const read = new Map(
    map.split('; ').map((one) => {
      const [method, any = ''] = one.split(' ')
      return [method, any.split('|').map((all) => all.split('+'))] as const
    }),
  )
  byText.set(map, read)
  return read
}
