import type { Gauge } from '../../bmc/sensors/measurements.ts'
import type { Place } from '../../bmc/sensors/places.ts'
import { fanExcerpt, fansOf } from '../fans.ts'
import { contextOf, excerpt, gauges, gaugesOn } from '../gauges.ts'
import { ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { quotedControl, quotedLimit, setControlMode, setSetPoint } from '../power-limit.ts'
import { resource, write } from '../resource.ts'
import { nodeOfChassis, nodeOfSystem } from '../service-parts.ts'
import { energyExcerpt, powerExcerpt } from '../totals.ts'
import { memoryIds } from './memory.ts'
import { processorIds } from './processors.ts'

export const chassisEnvironment = resource<RedfishNode>({
  path: `${ROOT}/Chassis/{chassis}/EnvironmentMetrics`,
  type: 'EnvironmentMetrics',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  get(node) {
    const inlet = gauges(node, 'temperature').find(({ place }) => place === 'inlet')
    const fans = fansOf(node)
    return {
      Name: 'Environment of the chassis',
      ...(inlet && { TemperatureCelsius: excerpt(node, inlet) }),
      PowerWatts: powerExcerpt(node),
      EnergykWh: energyExcerpt(node),
      FanSpeedsPercent: fans.map((fan) => {
        return { ...fanExcerpt(node, fan), DeviceName: fan.seed.name, ...contextOf(fan) }
      }),
      'FanSpeedsPercent@odata.count': fans.length,
      PowerLimitWatts: quotedControl(node),
    }
  },
  patch: {
    PowerLimitWatts: write(quotedLimit, (node, { SetPoint, ControlMode }) => {
      if (SetPoint !== undefined) setSetPoint(node, SetPoint, '/PowerLimitWatts/SetPoint')
      if (ControlMode !== undefined) setControlMode(node, ControlMode)
    }),
  },
  volatile: ['TemperatureCelsius', 'PowerWatts', 'EnergykWh', 'FanSpeedsPercent', 'PowerLimitWatts/Reading'],
})

interface Measured {
  readonly node: RedfishNode
  readonly id: string
  readonly sensors: readonly Gauge[]
}

/** One that nothing is measured at has none. */
function measuredAt(node: RedfishNode | undefined, ids: readonly string[], id: string, place: Place) {
  const at = ids.indexOf(id)
  const sensors = node === undefined || at < 0 ? [] : gaugesOn(node, place, at + 1)
  return node === undefined || !sensors.some(({ quantity }) => quantity in quoted) ? undefined : { node, id, sensors }
}

const quoted: Readonly<Partial<Record<Gauge['quantity'], string>>> = {
  temperature: 'TemperatureCelsius',
  power: 'PowerWatts',
  voltage: 'Voltage',
  current: 'CurrentAmps',
}
const volatile = ['TemperatureCelsius', 'PowerWatts', 'Voltage', 'CurrentAmps']

function quotes({ node, id, sensors }: Measured) {
  const readings = new Map<string, unknown>()
  for (const gauge of sensors) {
    const name = quoted[gauge.quantity]
    if (name !== undefined && !readings.has(name)) readings.set(name, excerpt(node, gauge))
  }
  return { Name: `Environment of ${id}`, ...Object.fromEntries(readings) }
}

export const processorEnvironment = resource<Measured>({
  path: `${ROOT}/Systems/{system}/Processors/{processor}/EnvironmentMetrics`,
  type: 'EnvironmentMetrics',
  find(service, { system, processor }) {
    const node = nodeOfSystem(service, system)
    return measuredAt(node, node === undefined ? [] : processorIds(node), processor, 'processor')
  },
  get: quotes,
  volatile,
})

export const memoryEnvironment = resource<Measured>({
  path: `${ROOT}/Systems/{system}/Memory/{memory}/EnvironmentMetrics`,
  type: 'EnvironmentMetrics',
  find(service, { system, memory }) {
    const node = nodeOfSystem(service, system)
    return measuredAt(node, node === undefined ? [] : memoryIds(node), memory, 'memory')
  },
  get: quotes,
  volatile,
})
