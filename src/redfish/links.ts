import type { RedfishNode } from './node.ts'
import { segmentOf } from './uri.ts'

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
  return `${ROOT}/Systems/${segmentOf(ids.system)}`
}

export function managerPath({ ids }: RedfishNode): string {
  return `${ROOT}/Managers/${segmentOf(ids.manager)}`
}

export function chassisPath({ ids }: RedfishNode): string {
  return `${ROOT}/Chassis/${segmentOf(ids.chassis)}`
}
