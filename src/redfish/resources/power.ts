import { limitsOf, measure, rangeOf } from '../../bmc/sensors/measurements.ts'
import { powerSuppliesOf } from '../../bmc/sensors/power-supplies.ts'
import { elements, members } from '../fields.ts'
import { contextOf, gauges, statusOf } from '../gauges.ts'
import { chassisPath, link, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { limitFields, limitOf, setLimit } from '../power-limit.ts'
import { plateOf, supplyReading, supplyStatus } from '../power-supplies.ts'
import { resource, write } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { oldThresholds } from '../thresholds.ts'
import { wattsOf } from '../totals.ts'

/** The older model, which clients still ask for the power and its limit. */
export const power = resource<RedfishNode>({
  path: `${ROOT}/Chassis/{chassis}/Power`,
  type: 'Power',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get: (node) => {
    const voltages = gauges(node, 'voltage')
    const supplies = powerSuppliesOf(node.bmc)
    const at = (list: string, i: number) => `${chassisPath(node)}/Power#/${list}/${i}`
    return {
      Name: 'Power',
      PowerControl: [powerControl(node, at('PowerControl', 0))],
      'PowerControl@odata.count': 1,
      Voltages: voltages.map((gauge, i) => {
        const now = measure(node.bmc.sensors, gauge)
        const { minimum, maximum } = rangeOf(gauge)
        return {
          '@odata.id': at('Voltages', i),
          MemberId: String(i),
          Name: gauge.seed.name,
          SensorNumber: gauge.seed.number,
          ReadingVolts: now.value ?? null,
          MinReadingRange: minimum,
          MaxReadingRange: maximum,
          ...oldThresholds(limitsOf(node.bmc.sensors, gauge)),
          ...contextOf(gauge),
          Status: statusOf(now),
        }
      }),
      'Voltages@odata.count': voltages.length,
      PowerSupplies: supplies.map((supply, i) => ({
        '@odata.id': at('PowerSupplies', i),
        MemberId: String(i),
        Name: supply.name,
        ...plateOf(supply),
        ...(supplyReading(node, supply, 'power') && { LastPowerOutputWatts: supplyReading(node, supply, 'power') }),
        RelatedItem: [link(`${chassisPath(node)}/PowerSubsystem/PowerSupplies/PSU${supply.instance}`)],
        Status: supplyStatus(node, supply),
      })),
      'PowerSupplies@odata.count': supplies.length,
    }
  },
  patch: {
    PowerControl: write(elements({ PowerLimit: members(limitFields) }), (node, [given]) => {
      if (given?.PowerLimit) setLimit(node, given.PowerLimit, '/PowerControl/0/PowerLimit')
    }),
  },
  volatile: [
    ...['PowerControl/PowerConsumedWatts', 'PowerControl/PowerMetrics'],
    ...['Voltages/ReadingVolts', 'Voltages/Status'],
    ...['PowerSupplies/LastPowerOutputWatts', 'PowerSupplies/Status'],
  ],
})

function powerControl(node: RedfishNode, path: string) {
  const { minimum, maximum, average, periodMs } = node.bmc.dcmi.meter.statistics()
  return {
    '@odata.id': path,
    MemberId: '0',
    Name: 'Power of the machine',
    PhysicalContext: 'Chassis',
    PowerConsumedWatts: wattsOf(node),
    PowerMetrics: {
      MinConsumedWatts: minimum,
      MaxConsumedWatts: maximum,
      AverageConsumedWatts: average,
      IntervalInMin: Math.max(1, Math.round(periodMs / 60_000)),
    },
    PowerLimit: limitOf(node),
    RelatedItem: [link(systemPath(node)), link(chassisPath(node))],
    Status: { State: 'Enabled', Health: 'OK' },
  }
}
