import { powerSuppliesOf } from '../../bmc/sensors/power-supplies.ts'
import { fansOf } from '../fans.ts'
import { flag, oneOf, text } from '../fields.ts'
import { healthOf, healthWord } from '../gauges.ts'
import { chassisPath, link, linkList, managerPath, ROOT, systemPath } from '../links.ts'
import { locationOf } from '../location.ts'
import type { RedfishNode } from '../node.ts'
import { oemOf } from '../oem.ts'
import { chassisPlate, chassisType } from '../plates.ts'
import { supplyId } from '../power-supplies.ts'
import { collection, resource, write } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { segmentOf } from '../uri.ts'

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
  get: (node) => {
    const { bmc } = node
    const lit = bmc.identify.state !== 'off'
    return {
      Name: `Chassis of ${node.name}`,
      ChassisType: chassisType(node),
      ...chassisPlate(node),
      UUID: node.uuid,
      AssetTag: bmc.dcmi.assetTag.text,
      PowerState: bmc.power.state === 'on' ? 'On' : 'Off',
      IndicatorLED: lit ? 'Blinking' : 'Off',
      LocationIndicatorActive: lit,
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
      },
      ...oemOf(node, 'chassis'),
    }
  },
  patch: {
    AssetTag: write(text, ({ bmc }, tag) => bmc.dcmi.assetTag.setText(tag)),
    IndicatorLED: write(oneOf(['Lit', 'Blinking', 'Off']), ({ bmc }, led) => bmc.identify.light(0, led !== 'Off')),
    LocationIndicatorActive: write(flag, ({ bmc }, on) => bmc.identify.light(0, on)),
  },
})
