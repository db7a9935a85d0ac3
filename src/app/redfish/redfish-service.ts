import type { Logger } from '../../base/logger.ts'
import type { SendEvent } from '../../redfish/events/delivery.ts'
import { RedfishService } from '../../redfish/service.ts'
import { routes } from '../../redfish/table.ts'
import { type NodeParts, redfishNode } from './redfish-node.ts'
import { serviceUuid } from './service-uuid.ts'

export interface ServiceParts extends NodeParts {
  readonly log: Logger
  /** How events leave. */
  readonly sendEvent: SendEvent
}

/** The Redfish service of one node, over its BMC. Loaded when somebody asks for it. */
export function redfishService({ log, sendEvent, ...parts }: ServiceParts): RedfishService {
  const { name, bmc } = parts
  const node = redfishNode(parts)
  const uuid = serviceUuid(name)
  const { without } = node.layout
  return new RedfishService({ nodes: [node], bmc, clock: bmc.clock, uuid, without }, routes, log, sendEvent)
}
