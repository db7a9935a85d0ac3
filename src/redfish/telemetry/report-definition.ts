import { isBody } from '../request.ts'

/** One value of a report: what it is called there, and where it is, `/redfish/v1/Chassis/1/Sensors/CPU1_Temp#/Reading`. */
export interface Metric {
  readonly id: string
  readonly property: string
}

/** What is in a report, and when it is made. */
export interface ReportDefinition {
  readonly id: string
  readonly name: string
  /** `OnRequest`: whenever somebody reads it. */
  readonly type: 'OnRequest' | 'Periodic'
  readonly intervalS: number
  /** Told to those who subscribed to metric reports, each time. */
  readonly asEvent: boolean
  readonly enabled: boolean
  readonly metrics: readonly Metric[]
}

export function readDefinition(value: unknown): ReportDefinition | undefined {
  if (!isBody(value)) return undefined
  const { id, name, type, intervalS, asEvent, enabled, metrics } = value
  if (typeof id !== 'string' || typeof name !== 'string') return undefined
  return {
    id,
    name,
    type: type === 'Periodic' ? 'Periodic' : 'OnRequest',
    intervalS: typeof intervalS === 'number' ? intervalS : 60,
    asEvent: asEvent === true,
    enabled: enabled !== false,
    metrics: (Array.isArray(metrics) ? metrics : []).flatMap((one) => readMetric(one)),
  }
}

function readMetric(value: unknown): readonly Metric[] {
  if (!isBody(value)) return []
  const { id, property } = value
  return typeof id === 'string' && typeof property === 'string' ? [{ id, property }] : []
}
