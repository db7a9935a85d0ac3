import type { Clock } from '../base/clock.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { Events } from './events/events.ts'
import type { RedfishNode } from './node.ts'
import type { Tasks } from './tasks/tasks.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

/** What the resources of one service are about. */
export interface Service {
  /** One for a BMC of its own; several where one address stands for many. */
  readonly nodes: readonly RedfishNode[]
  /** Whose users and sessions are the service's. */
  readonly bmc: Bmc
  readonly clock: Clock
  /** Paths without their ids that are not there, as Layout has them. */
  readonly without?: readonly string[]
  /** Whoever asks is its administrator, the user of ID 2, with credentials or without. */
  readonly everybody?: boolean
  /** UUID text of the service itself. */
  readonly uuid: string
  readonly tasks: Tasks
  /** Whoever does what nobody watches says so here. */
  readonly events: Events
  readonly telemetry: Telemetry
}

export function nodeOfSystem({ nodes }: Service, id: string): RedfishNode | undefined {
  return nodes.find((node) => isCalled(node, node.ids.system, id))
}

export function nodeOfManager({ nodes }: Service, id: string): RedfishNode | undefined {
  return nodes.find((node) => isCalled(node, node.ids.manager, id))
}

export function nodeOfChassis({ nodes }: Service, id: string): RedfishNode | undefined {
  return nodes.find((node) => isCalled(node, node.ids.chassis, id))
}

/** By its name too where its ids are not the maker's, but those of one among many. */
function isCalled({ name, uuid }: RedfishNode, own: string, id: string): boolean {
  return own === id || (own === uuid && name === id)
}
