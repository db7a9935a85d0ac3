import type { Logger } from '../../base/logger.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { Personality } from '../../config/personality/personality.ts'
import type { SendEvent } from '../../redfish/events/delivery.ts'
import type { HttpsCertificate } from '../../redfish/https-certificate.ts'
import type { Doors, HardwareIdentity } from '../../redfish/node.ts'
import { RedfishService } from '../../redfish/service.ts'
import { routes } from '../../redfish/table.ts'
import { uuidText } from '../guid.ts'
import { nodeText } from '../personalities.ts'
import { serviceUuid } from './service-uuid.ts'

export interface ServiceParts {
  readonly name: string
  readonly bmc: Bmc
  readonly personality: Personality | string
  readonly xname: string | undefined
  readonly doors: () => Doors
  readonly https: () => HttpsCertificate
  readonly log: Logger
  /** How events leave. */
  readonly sendEvent: SendEvent
}

/** The Redfish service of one node, over its BMC. Loaded when somebody asks for it. */
export function redfishService(parts: ServiceParts): RedfishService {
  const { name, bmc, personality, xname, doors, https, log, sendEvent } = parts
  const node = {
    name,
    bmc,
    uuid: uuidText(bmc.guid),
    ids: { system: '1', manager: 'BMC', chassis: '1' },
    identity: identityOf(name, personality),
    xname,
    doors,
    https,
  }
  const uuid = serviceUuid(name)
  return new RedfishService({ nodes: [node], bmc, clock: bmc.clock, uuid }, routes, log, sendEvent)
}

/** What the first FRU says of the product. */
function identityOf(name: string, personality: Personality | string): HardwareIdentity {
  const say = nodeText(name)
  const product = typeof personality === 'string' ? undefined : personality.frus.find(({ product }) => product)?.product
  return {
    manufacturer: say(product?.manufacturer ?? 'bmcsim'),
    model: say(product?.name ?? 'Virtual node'),
    serialNumber: say(product?.serial ?? '{serial}'),
    partNumber: say(product?.partNumber ?? ''),
  }
}
