import { type Gauge, measure, type Quantity } from '../bmc/sensors/measurements.ts'
import { type PowerSupply, powerSuppliesOf, supplyGauges } from '../bmc/sensors/power-supplies.ts'
import { healthWord, rolledUp } from './gauges.ts'
import type { RedfishNode } from './node.ts'
import { filled, type Plate } from './plates.ts'

/** Power supplies by Redfish's words, for the newer and the older model. */
export function supplyId({ instance }: PowerSupply): string {
  return `PSU${instance}`
}

export function supplyOfId(node: RedfishNode, id: string): PowerSupply | undefined {
  return powerSuppliesOf(node.bmc).find((one) => supplyId(one) === id)
}

/** What its FRU says of the product. */
export function plateOf({ part }: PowerSupply): Plate {
  const product = part?.fru.product
  if (product === undefined) return {}
  const { manufacturer, name, partNumber, serial } = product
  return filled({ Manufacturer: manufacturer, Model: name, PartNumber: partNumber, SerialNumber: serial })
}

export function supplyStatus(node: RedfishNode, supply: PowerSupply) {
  if (!supply.present) return { State: 'Absent', Health: 'OK' }
  const gauges = supplyGauges(node.bmc.sensors, supply.instance)
  const measured = gauges.map((gauge) => measure(node.bmc.sensors, gauge).health)
  return { State: 'Enabled', Health: healthWord(rolledUp([supply.health, ...measured])) }
}

export function supplyGauge(node: RedfishNode, { instance }: PowerSupply, quantity: Quantity): Gauge | undefined {
  return supplyGauges(node.bmc.sensors, instance).find((one) => one.quantity === quantity)
}

/** Of its first sensor of a kind; undefined: it has none, or nothing to measure. */
export function supplyReading(node: RedfishNode, supply: PowerSupply, quantity: Quantity): number | undefined {
  const gauge = supplyGauge(node, supply, quantity)
  return gauge && measure(node.bmc.sensors, gauge).value
}
