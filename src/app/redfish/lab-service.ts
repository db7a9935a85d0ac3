import type { Logger } from '../../base/logger.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { LabRedfishConfig } from '../../config/config.ts'
import type { Post } from '../../redfish/events/delivery.ts'
import type { RedfishNode } from '../../redfish/node.ts'
import { RedfishService } from '../../redfish/service.ts'
import { routes } from '../../redfish/table.ts'
import { guidOfName, uuidText } from '../guid.ts'
import { ConsoleLines } from './console-lines.ts'
import type { LabWeb } from './lab-web.ts'
import { redfishNode, type SharedParts } from './redfish-node.ts'

export interface LabServiceParts {
  readonly config: LabRedfishConfig
  readonly nodes: readonly SharedParts[]
  /** Whose users and sessions count. */
  readonly bmc: Bmc
  readonly web: LabWeb
  readonly folder: string | undefined
  readonly log: Logger
}

/** The Redfish service of many nodes. */
export function labService({ config, nodes, bmc, web, folder, log }: LabServiceParts): RedfishService {
  const parts = {
    nodes: nodes.map(sharedNode),
    bmc,
    clock: bmc.clock,
    uuid: uuidText(guidOfName(`Redfish of the lab ${folder ?? ''}`)),
    without: config.without,
    everybody: config.user === undefined && config.authFile === undefined,
  }
  return new RedfishService(parts, routes, log, (post: Post) => web.sendEvent(post))
}

/** Its ids are its UUID, as only that is nobody else's at an address of many; it is found by its name too. */
function sharedNode({ hub, ...parts }: SharedParts): RedfishNode {
  const node = redfishNode({ ...parts, console: hub && new ConsoleLines(hub) })
  const { uuid } = node
  return {
    ...node,
    ids: { system: uuid, manager: uuid, chassis: uuid },
    layout: { ...node.layout, without: [] },
  }
}
