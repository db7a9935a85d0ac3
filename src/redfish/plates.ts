import { descriptionOf } from '../bmc/storage/parts.ts'
import type { RedfishNode } from './node.ts'

/** The FRU of the controller's own board, where servers have the plates of chassis and product (IPMI 2.0 §34). */
const MAIN = 0

/** What is on a name plate; a field that is empty there is left out. */
export interface Plate {
  readonly Manufacturer?: string
  readonly Model?: string
  readonly SerialNumber?: string
  readonly PartNumber?: string
  readonly SKU?: string
}

/** Of the machine as it is sold: what its FRU says now, or what it was configured with where that cannot be read. */
export function systemPlate({ bmc, identity }: RedfishNode): Plate {
  const product = descriptionOf(bmc.fru, MAIN)?.product
  const { manufacturer, model, serialNumber, partNumber } = identity
  return filled({
    Manufacturer: product?.manufacturer || manufacturer,
    Model: product?.name || model,
    SerialNumber: product?.serial || serialNumber,
    PartNumber: product?.partNumber || partNumber,
    SKU: product?.partNumber || partNumber,
  })
}

/** Of the box around it, which has numbers of its own; one without a plate has the machine's. */
export function chassisPlate(node: RedfishNode): Plate {
  const chassis = descriptionOf(node.bmc.fru, MAIN)?.chassis
  const machine = systemPlate(node)
  if (chassis === undefined) return machine
  const { Manufacturer, Model } = machine
  const own = { SerialNumber: chassis.serial, PartNumber: chassis.partNumber, SKU: chassis.partNumber }
  return filled({ ...(Manufacturer && { Manufacturer }), ...(Model && { Model }), ...own })
}

const types: Readonly<Record<number, string>> = {
  1: 'Other',
  3: 'StandAlone',
  4: 'StandAlone',
  6: 'StandAlone',
  7: 'StandAlone',
  17: 'RackMount',
  18: 'Expansion',
  19: 'Module',
  22: 'StorageEnclosure',
  23: 'RackMount',
  28: 'Blade',
  29: 'Enclosure',
}

/** SMBIOS's word for the box (System Enclosure, type 3) in Redfish's. */
export function chassisType({ bmc }: RedfishNode): string {
  const type = descriptionOf(bmc.fru, MAIN)?.chassis?.type
  return (type === undefined ? undefined : types[type & 0x7f]) ?? 'RackMount'
}

/** Only the texts that say something. */
export function filled<T extends Readonly<Record<string, string | undefined>>>(texts: T): Partial<T> {
  const said: Partial<T> = {}
  for (const name in texts) if (texts[name]) said[name] = texts[name]
  return said
}
