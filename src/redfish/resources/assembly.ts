import { type Part, partsOf } from '../../bmc/storage/parts.ts'
import { contextOfPlace } from '../gauges.ts'
import { chassisPath, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { filled } from '../plates.ts'
import { resource } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { timeText } from '../time-text.ts'

/** Every part with a FRU that says what it is: its board, or what it is sold as. */
export const assembly = resource<RedfishNode>({
  path: `${ROOT}/Chassis/{chassis}/Assembly`,
  type: 'Assembly',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get(node) {
    const parts = partsOf(node.bmc.fru, node.bmc.sdr).flatMap((part) => described(part) ?? [])
    const Assemblies = parts.map((part, i) => ({
      '@odata.id': `${chassisPath(node)}/Assembly#/Assemblies/${i}`,
      MemberId: String(i),
      ...part,
      Status: { State: 'Enabled', Health: 'OK' },
    }))
    return { Name: 'Assembly', Assemblies, 'Assemblies@odata.count': Assemblies.length }
  },
})

function described({ name, place, madeAt, fru: { board, product } }: Part) {
  const common = { Name: name, ...contextOfPlace(place) }
  if (board !== undefined) {
    const { manufacturer, product: model, serial, partNumber, fileId } = board
    return {
      ...common,
      ...filled({ Model: model, Producer: manufacturer, SerialNumber: serial, PartNumber: partNumber }),
      ...filled({ Version: product?.version || fileId }),
      ...(madeAt !== undefined && { ProductionDate: timeText(madeAt) }),
    }
  }
  if (product === undefined) return undefined
  const { manufacturer, name: model, serial, partNumber, version } = product
  return {
    ...common,
    ...filled({ Model: model, Vendor: manufacturer, SerialNumber: serial, PartNumber: partNumber, Version: version }),
  }
}
