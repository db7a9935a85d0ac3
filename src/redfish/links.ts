import type { RedfishNode } from './node.ts'

export const ROOT = '/redfish/v1'

export interface Link {
  readonly '@odata.id': string
}

export function link(path: string): Link {
  return { '@odata.id': path }
}

export function linkList(paths: readonly string[]): readonly Link[] {
  return paths.map(link)
}

export function systemPath({ ids }: RedfishNode): string {
  return `${ROOT}/Systems/${encodeURIComponent(ids.system)}`
}

export function managerPath({ ids }: RedfishNode): string {
  return `${ROOT}/Managers/${encodeURIComponent(ids.manager)}`
}

export function chassisPath({ ids }: RedfishNode): string {
  return `${ROOT}/Chassis/${encodeURIComponent(ids.chassis)}`
}
