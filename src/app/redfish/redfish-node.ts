import type { Bmc } from '../../bmc/bmc.ts'
import type { Personality } from '../../config/personality/personality.ts'
import type { HttpsCertificate } from '../../redfish/https-certificate.ts'
import type { Layout } from '../../redfish/layout.ts'
import type { ConsoleText, Doors, HardwareIdentity, RedfishNode } from '../../redfish/node.ts'
import { eachText } from '../../redfish/oem.ts'
import { uuidText } from '../guid.ts'
import { openUrl } from '../media/open-url.ts'
import { nodeText } from '../personalities.ts'
import type { SpokenHub } from './console-lines.ts'

export interface NodeParts {
  readonly name: string
  readonly bmc: Bmc
  readonly personality: Personality
  readonly xname?: string | undefined
  readonly doors: () => Doors
  readonly https?: (() => HttpsCertificate) | undefined
  readonly console?: ConsoleText | undefined
  readonly resetToDefaults?: RedfishNode['resetToDefaults']
}

/** What a Redfish of many nodes needs of one. */
export interface SharedParts extends NodeParts {
  readonly hub: SpokenHub | undefined
}

/** A node as its Redfish sees it. */
export function redfishNode({
  name,
  bmc,
  personality,
  xname,
  doors,
  https,
  console,
  resetToDefaults,
}: NodeParts): RedfishNode {
  return {
    name,
    bmc,
    uuid: uuidText(bmc.guid),
    ids: personality.redfish.ids,
    layout: layoutOf(name, personality),
    identity: identityOf(name, personality),
    xname,
    doors,
    ...(https && { https }),
    openImage: async ({ uri, ...who }, signal) =>
      (await openUrl({ from: 'url', image: uri, writeProtected: true, ...who }, signal)).body,
    ...(console && { console }),
    ...(resetToDefaults && { resetToDefaults }),
  }
}

/** What the first FRU says of the product. */
function identityOf(name: string, personality: Personality): HardwareIdentity {
  const say = nodeText(name)
  const product = personality.frus.find(({ product }) => product)?.product
  return {
    manufacturer: say(product?.manufacturer ?? 'bmcsim'),
    model: say(product?.name ?? 'Virtual node'),
    serialNumber: say(product?.serial ?? '{serial}'),
    partNumber: say(product?.partNumber ?? ''),
  }
}

export function layoutOf(name: string, personality: Personality): Layout {
  const { oem, ...rest } = personality.redfish
  const say = nodeText(name)
  const [root, system, manager, chassis] = [oem.root, oem.system, oem.manager, oem.chassis].map(
    (words) => words && eachText(words, say),
  )
  return { ...rest, oem: { root, system, manager, chassis } }
}
