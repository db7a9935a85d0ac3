import { limitsOf, measure, rangeOf } from '../../bmc/sensors/measurements.ts'
import { fansOf, oldFanReading } from '../fans.ts'
import { contextOf, gauges, healthOf, healthWord, relatedItems, statusOf } from '../gauges.ts'
import { chassisPath, link, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { resource } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { oldThresholds } from '../thresholds.ts'
import { segmentOf } from '../uri.ts'

/** The older model of temperatures and fans. Thresholds are written at the sensors of the newer one. */
export const thermal = resource<RedfishNode>({
  path: `${ROOT}/Chassis/{chassis}/Thermal`,
  type: 'Thermal',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get: (node) => {
    const { sensors } = node.bmc
    const temperatures = gauges(node, 'temperature')
    const fans = fansOf(node)
    const at = (list: string, i: number) => `${chassisPath(node)}/Thermal#/${list}/${i}`
    return {
      Name: 'Thermal',
      Temperatures: temperatures.map((gauge, i) => {
        const now = measure(sensors, gauge)
        const { minimum, maximum } = rangeOf(gauge)
        return {
          '@odata.id': at('Temperatures', i),
          MemberId: String(i),
          Name: gauge.seed.name,
          SensorNumber: gauge.seed.number,
          ReadingCelsius: now.value ?? null,
          MinReadingRangeTemp: minimum,
          MaxReadingRangeTemp: maximum,
          ...oldThresholds(limitsOf(sensors, gauge)),
          ...contextOf(gauge),
          RelatedItem: relatedItems(node, gauge),
          Status: statusOf(now),
        }
      }),
      'Temperatures@odata.count': temperatures.length,
      Fans: fans.map((fan, i) => {
        const { minimum, maximum } = rangeOf(fan)
        return {
          '@odata.id': at('Fans', i),
          MemberId: String(i),
          Name: fan.seed.name,
          SensorNumber: fan.seed.number,
          ...oldFanReading(node, fan),
          MinReadingRange: Math.round(minimum),
          MaxReadingRange: Math.round(maximum),
          ...oldThresholds(limitsOf(sensors, fan), true),
          ...contextOf(fan),
          RelatedItem: [link(`${chassisPath(node)}/ThermalSubsystem/Fans/${segmentOf(fan.id)}`)],
          Status: statusOf(measure(sensors, fan)),
        }
      }),
      'Fans@odata.count': fans.length,
      Status: { State: 'Enabled', Health: healthWord(healthOf(node, 'temperature')) },
    }
  },
  volatile: [...['Temperatures/ReadingCelsius', 'Temperatures/Status'], ...['Fans/Reading', 'Fans/Status'], 'Status'],
})
