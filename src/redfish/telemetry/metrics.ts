import type { Gauge } from '../../bmc/sensors/measurements.ts'
import { gauges, sensorPath } from '../gauges.ts'
import type { RedfishNode } from '../node.ts'
import type { ReportDefinition } from './report-definition.ts'

/** A sensor as something that can be in a report. */
export interface SensorMetric {
  readonly id: string
  readonly node: RedfishNode
  readonly gauge: Gauge
}

/** Where a service has several nodes, their names tell the sensors apart. */
export function sensorMetrics(nodes: readonly RedfishNode[]): readonly SensorMetric[] {
  return nodes.flatMap((node) =>
    gauges(node).map((gauge) => ({ id: nodes.length === 1 ? gauge.id : `${node.name}_${gauge.id}`, node, gauge })),
  )
}

export function readingProperty({ node, gauge }: SensorMetric): string {
  return `${sensorPath(node, gauge.id)}#/Reading`
}

/** All readings in one report, as they are when it is read. */
export function builtInReports(nodes: readonly RedfishNode[]): readonly ReportDefinition[] {
  return [
    {
      id: 'AllSensors',
      name: 'Readings of all sensors',
      type: 'OnRequest',
      intervalS: 0,
      asEvent: false,
      enabled: true,
      metrics: sensorMetrics(nodes).map((one) => ({ id: one.id, property: readingProperty(one) })),
    },
  ]
}
