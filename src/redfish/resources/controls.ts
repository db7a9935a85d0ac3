import { chassisPath, link, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { controlMode, controlOf, POWER_LIMIT, setControlMode, setPoint, setSetPoint } from '../power-limit.ts'
import { collection, resource, write } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { powerExcerpt } from '../totals.ts'

const PATH = `${ROOT}/Chassis/{chassis}/Controls`

export const controls = collection<RedfishNode>({
  path: PATH,
  type: 'ControlCollection',
  name: 'Controls',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  members: () => [POWER_LIMIT],
})

export const control = resource<RedfishNode>({
  path: `${PATH}/{control}`,
  type: 'Control',
  find: (service, { chassis, control }) => (control === POWER_LIMIT ? nodeOfChassis(service, chassis) : undefined),
  get: (node) => ({
    Name: 'Power limit',
    ControlType: 'Power',
    SetPointType: 'Single',
    SetPointUnits: 'W',
    ...controlOf(node),
    Increment: 1,
    Sensor: powerExcerpt(node),
    PhysicalContext: 'Chassis',
    // Where the machine cannot be slowed, it is its power that is held.
    Implementation: node.bmc.dcmi.slows ? 'Direct' : 'Programmable',
    RelatedItem: [link(systemPath(node)), link(chassisPath(node))],
    Status: { State: 'Enabled', Health: 'OK' },
  }),
  patch: {
    SetPoint: write(setPoint, (node, watts) => setSetPoint(node, watts)),
    ControlMode: write(controlMode, (node, mode) => setControlMode(node, mode)),
  },
  volatile: ['Sensor'],
})
