import { type Gauge, measure } from '../../bmc/sensors/measurements.ts'
import { fanExcerpt, fansOf } from '../fans.ts'
import { arrayExcerpt, contextOf, excerpt, gauges, healthWord, rolledUp, statusOf } from '../gauges.ts'
import { chassisPath, link, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'

const PATH = `${ROOT}/Chassis/{chassis}/ThermalSubsystem`

export const thermalSubsystem = resource<RedfishNode>({
  path: PATH,
  type: 'ThermalSubsystem',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get: (node) => {
    const all = [...gauges(node, 'temperature'), ...fansOf(node)]
    const health = rolledUp(all.map((gauge) => measure(node.bmc.sensors, gauge).health))
    return { Name: 'Cooling', Status: { State: 'Enabled', Health: healthWord(health) } }
  },
  volatile: ['Status'],
})

export const thermalMetrics = resource<RedfishNode>({
  path: `${PATH}/ThermalMetrics`,
  type: 'ThermalMetrics',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get: (node) => {
    const temperatures = gauges(node, 'temperature')
    const first = (place: Gauge['place']) => {
      const gauge = temperatures.find((one) => one.place === place)
      return gauge && excerpt(node, gauge)
    }
    const summary = { Intake: first('inlet'), Exhaust: first('exhaust'), Internal: first('system board') }
    return {
      Name: 'Temperatures',
      TemperatureSummaryCelsius: Object.fromEntries(Object.entries(summary).filter(([, one]) => one !== undefined)),
      TemperatureReadingsCelsius: temperatures.map((gauge) => arrayExcerpt(node, gauge)),
      'TemperatureReadingsCelsius@odata.count': temperatures.length,
    }
  },
  volatile: ['TemperatureSummaryCelsius', 'TemperatureReadingsCelsius'],
})

export const fans = collection<RedfishNode>({
  path: `${PATH}/Fans`,
  type: 'FanCollection',
  name: 'Fans',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  members: (node) => fansOf(node).map(({ id }) => id),
})

export const fan = resource<{ readonly node: RedfishNode; readonly gauge: Gauge }>({
  path: `${PATH}/Fans/{fan}`,
  type: 'Fan',
  find(service, { chassis, fan: id }) {
    const node = nodeOfChassis(service, chassis)
    const gauge = node && fansOf(node).find((one) => one.id === id)
    return node && gauge && { node, gauge }
  },
  get: ({ node, gauge }) => ({
    Name: gauge.seed.name,
    SpeedPercent: fanExcerpt(node, gauge),
    ...contextOf(gauge),
    Links: { CoolingChassis: [link(chassisPath(node))] },
    Status: statusOf(measure(node.bmc.sensors, gauge)),
  }),
  volatile: ['SpeedPercent', 'Status'],
})
