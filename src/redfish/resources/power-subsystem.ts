import type { Quantity } from '../../bmc/sensors/measurements.ts'
import { type PowerSupply, powerSuppliesOf } from '../../bmc/sensors/power-supplies.ts'
import { excerpt, healthWord, rolledUp } from '../gauges.ts'
import { chassisPath, link, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { plateOf, supplyGauge, supplyId, supplyOfId, supplyStatus } from '../power-supplies.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfChassis, type Service } from '../service-parts.ts'

const PATH = `${ROOT}/Chassis/{chassis}/PowerSubsystem`

export const powerSubsystem = resource<RedfishNode>({
  path: PATH,
  type: 'PowerSubsystem',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get: (node) => {
    const health = rolledUp(powerSuppliesOf(node.bmc).map((supply) => supply.health))
    return { Name: 'Power', Status: { State: 'Enabled', Health: healthWord(health) } }
  },
  volatile: ['Status'],
})

export const powerSupplies = collection<RedfishNode>({
  path: `${PATH}/PowerSupplies`,
  type: 'PowerSupplyCollection',
  name: 'Power supplies',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  members: (node) => powerSuppliesOf(node.bmc).map(supplyId),
})

interface Found {
  readonly node: RedfishNode
  readonly supply: PowerSupply
}

function found(service: Service, { chassis, supply: id }: Readonly<Record<string, string>>): Found | undefined {
  const node = nodeOfChassis(service, chassis)
  const supply = node && supplyOfId(node, id)
  return node && supply && { node, supply }
}

const inputs = { normal: 'Normal', lost: 'LossOfInput', 'out of range': 'OutOfRange' } as const

export const powerSupply = resource<Found>({
  path: `${PATH}/PowerSupplies/{supply}`,
  type: 'PowerSupply',
  find: found,
  get: ({ node, supply }) => ({
    Name: supply.name,
    ...plateOf(supply),
    LineInputStatus: inputs[supply.input],
    Links: { PoweringChassis: [link(chassisPath(node))] },
    Status: supplyStatus(node, supply),
  }),
  volatile: ['LineInputStatus', 'Status'],
})

const quoted: readonly (readonly [string, Quantity])[] = [
  ['OutputPowerWatts', 'power'],
  ['InputVoltage', 'voltage'],
  ['InputCurrentAmps', 'current'],
  ['TemperatureCelsius', 'temperature'],
]

export const powerSupplyMetrics = resource<Found>({
  path: `${PATH}/PowerSupplies/{supply}/Metrics`,
  type: 'PowerSupplyMetrics',
  find: found,
  get({ node, supply }) {
    const readings = quoted.flatMap(([name, quantity]) => {
      const gauge = supplyGauge(node, supply, quantity)
      return gauge === undefined ? [] : [[name, excerpt(node, gauge)] as const]
    })
    return { Name: `Metrics of ${supply.name}`, ...Object.fromEntries(readings), Status: supplyStatus(node, supply) }
  },
  volatile: ['Status', ...quoted.map(([name]) => name)],
})
