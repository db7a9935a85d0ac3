import { sensorPath } from './gauges.ts'
import type { RedfishNode } from './node.ts'
import { timeText } from './time-text.ts'

/** What the BMC adds up of the whole machine: no sensor of its own, and in Redfish one all the same. */
export const totalIds = ['TotalPower', 'TotalEnergy'] as const
export type TotalId = (typeof totalIds)[number]

export function wattsOf({ bmc }: RedfishNode): number {
  return bmc.dcmi.meter.watts()
}

export function kilowattHoursOf({ bmc }: RedfishNode): number {
  return bmc.powerTracking.energy.wattHours / 1000
}

export function powerExcerpt(node: RedfishNode) {
  return { DataSourceUri: sensorPath(node, 'TotalPower'), Reading: wattsOf(node) }
}

export function energyExcerpt(node: RedfishNode) {
  return { DataSourceUri: sensorPath(node, 'TotalEnergy'), Reading: kilowattHoursOf(node) }
}

/** As a Sensor. */
export function total(node: RedfishNode, id: TotalId) {
  const common = {
    Implementation: 'Synthesized',
    PhysicalContext: 'Chassis',
    Status: { State: 'Enabled', Health: 'OK' },
  }
  if (id === 'TotalEnergy') {
    return {
      Name: 'Energy of the machine',
      ReadingType: 'EnergykWh',
      ReadingUnits: 'kW.h',
      Reading: kilowattHoursOf(node),
      SensorResetTime: timeText(node.bmc.powerTracking.energy.sinceS * 1000),
      ...common,
    }
  }
  const { watts, atS } = node.bmc.powerTracking.peak
  return {
    Name: 'Power of the machine',
    ReadingType: 'Power',
    ReadingUnits: 'W',
    Reading: wattsOf(node),
    PeakReading: watts,
    PeakReadingTime: timeText(atS * 1000),
    ...common,
  }
}
