import { powerSuppliesOf } from '../../bmc/sensors/power-supplies.ts'
import { fansOf } from '../fans.ts'
import { text } from '../fields.ts'
import { healthOf, healthWord } from '../gauges.ts'
import { indicatorOf, indicatorWrites } from '../indicator.ts'
import { chassisPath, link, linkList, managerPath, ROOT, systemPath } from '../links.ts'
import { locationOf } from '../location.ts'
import type { RedfishNode } from '../node.ts'
import { oemOf } from '../oem.ts'
import { chassisPlate, chassisType } from '../plates.ts'
import { supplyId } from '../power-supplies.ts'
import { collection, isWithout, resource, write } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { segmentOf } from '../uri.ts'
import { processorIds } from './processors.ts'
import { drivePaths, storagePaths } from './storage.ts'

export const chassisCollection = collection({
  path: `${ROOT}/Chassis`,
  type: 'ChassisCollection',
  name: 'Chassis',
  find: (service) => service,
  members: ({ nodes }) => nodes.map(({ ids }) => ids.chassis),
})

export const chassis = resource<RedfishNode>({
  path: `${ROOT}/Chassis/{chassis}`,
  type: 'Chassis',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get: (node, { service }) => {
    const { bmc } = node
    return {
      Name: `Chassis of ${node.name}`,
      ChassisType: chassisType(node),
      ...chassisPlate(node),
      UUID: node.uuid,
      AssetTag: bmc.dcmi.assetTag.text,
      PowerState: bmc.power.state === 'on' ? 'On' : 'Off',
      ...indicatorOf(node),
      ...locationOf(node.xname),
      Status: { State: 'Enabled', Health: 'OK', HealthRollup: healthWord(healthOf(node)) },
      Links: {
        ComputerSystems: [link(systemPath(node))],
        ManagedBy: [link(managerPath(node))],
        Fans: linkList(fansOf(node).map(({ id }) => `${chassisPath(node)}/ThermalSubsystem/Fans/${segmentOf(id)}`)),
        PowerSupplies: linkList(
          powerSuppliesOf(node.bmc).map((one) => `${chassisPath(node)}/PowerSubsystem/PowerSupplies/${supplyId(one)}`),
        ),
        ManagersInChassis: [link(managerPath(node))],
        Processors: linkList(processorIds(node).map((id) => `${systemPath(node)}/Processors/${segmentOf(id)}`)),
        ...(!isWithout(service, 'Systems/Storage') && {
          Storage: linkList(storagePaths(node)),
          Drives: linkList(drivePaths(node)),
        }),
      },
      ...oemOf(node, 'chassis'),
    }
  },
  patch: {
    AssetTag: write(text, ({ bmc }, tag) => bmc.dcmi.assetTag.setText(tag)),
    ...indicatorWrites,
  },
})
