import { type BootOption, bootOptionsOf } from '../boot-devices.ts'
import { ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfSystem } from '../service-parts.ts'

const PATH = `${ROOT}/Systems/{system}/BootOptions`

export const bootOptions = collection<RedfishNode>({
  path: PATH,
  type: 'BootOptionCollection',
  name: 'Boot options',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: (node) => bootOptionsOf(node).map(({ device }) => device.id),
})

/** Its order is `BootOrder` of the system. */
export const bootOption = resource<BootOption>({
  path: `${PATH}/{option}`,
  type: 'BootOption',
  find(service, { system, option }) {
    const node = nodeOfSystem(service, system)
    return node && bootOptionsOf(node).find(({ device }) => device.id === option)
  },
  get: ({ device, displayName, alias, related }) => ({
    Name: displayName,
    DisplayName: displayName,
    BootOptionReference: device.id,
    BootOptionEnabled: true,
    Alias: alias,
    ...(device.uefiPath !== undefined && { UefiDevicePath: device.uefiPath }),
    RelatedItem: related,
    'RelatedItem@odata.count': related.length,
  }),
})
