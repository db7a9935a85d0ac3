import { durationMs } from '../events/given.ts'
import { about, fault, RedfishError, refuse } from '../faults.ts'
import { flag, members, objects, oneOf, text, texts } from '../fields.ts'
import { contextOf, readingWords } from '../gauges.ts'
import { link } from '../links.ts'
import type { Body } from '../request.ts'
import { action, collection, create, resource, write } from '../resource.ts'
import type { Service } from '../service-parts.ts'
import { readingProperty, type SensorMetric, sensorMetrics } from '../telemetry/metrics.ts'
import type { Metric, ReportDefinition } from '../telemetry/report-definition.ts'
import { TELEMETRY, type Telemetry } from '../telemetry/telemetry.ts'

const PATH = TELEMETRY
const reportActions = ['LogToMetricReportsCollection', 'RedfishEvent'] as const

export const telemetryService = resource<Telemetry>({
  path: PATH,
  type: 'TelemetryService',
  find: ({ telemetry }) => telemetry,
  get: () => ({
    Name: 'Telemetry Service',
    Status: { State: 'Enabled', Health: 'OK' },
    ServiceEnabled: true,
    MaxReports: 64,
    MinCollectionInterval: 'PT1S',
    SupportedCollectionFunctions: [],
  }),
  actions: {
    SubmitTestMetricReport: action(
      { MetricReportName: text, GeneratedMetricReportValues: objects },
      (telemetry, { MetricReportName = '', GeneratedMetricReportValues = [] }) =>
        telemetry.submit(MetricReportName, GeneratedMetricReportValues),
    ),
  },
})

export const metricDefinitions = collection<Service>({
  path: `${PATH}/MetricDefinitions`,
  type: 'MetricDefinitionCollection',
  name: 'Metrics',
  find: (service) => service,
  members: ({ nodes }) => sensorMetrics(nodes).map(({ id }) => id),
})

export const metricDefinition = resource<SensorMetric>({
  path: `${PATH}/MetricDefinitions/{metric}`,
  type: 'MetricDefinition',
  find: ({ nodes }, { metric }) => sensorMetrics(nodes).find(({ id }) => id === metric),
  get(metric) {
    const { gauge } = metric
    const { ReadingUnits } = readingWords(gauge)
    return {
      Name: gauge.seed.name,
      MetricType: 'Gauge',
      MetricDataType: 'Decimal',
      Implementation: 'PhysicalSensor',
      Calculable: 'NonSummable',
      ...(ReadingUnits !== undefined && { Units: ReadingUnits }),
      ...contextOf(gauge),
      MetricProperties: [readingProperty(metric)],
    }
  },
})

export const reportDefinitions = collection<Telemetry>({
  path: `${PATH}/MetricReportDefinitions`,
  type: 'MetricReportDefinitionCollection',
  name: 'Metric report definitions',
  find: ({ telemetry }) => telemetry,
  members: (telemetry) => telemetry.definitions.map(({ id }) => id),
  create: create(
    {
      Id: text,
      Name: text,
      MetricReportDefinitionType: oneOf(['OnRequest', 'Periodic']),
      MetricReportDefinitionEnabled: flag,
      MetricProperties: texts,
      Metrics: objects,
      Schedule: members({ RecurrenceInterval: text }),
      ReportActions: texts,
      ReportUpdates: oneOf(['Overwrite']),
    },
    async (telemetry, given, { service }) => {
      const type = given.MetricReportDefinitionType ?? 'OnRequest'
      const intervalS = durationMs(given.Schedule?.RecurrenceInterval ?? (type === 'Periodic' ? '' : 'PT0S')) / 1000
      if (type === 'Periodic' && (!Number.isFinite(intervalS) || intervalS < 1)) {
        throw new RedfishError(400, [
          {
            ...about('/Schedule', fault('PropertyMissing', 'Schedule')),
            detail: 'RecurrenceInterval of a second or more',
          },
        ])
      }
      const id = given.Id ?? nextId(telemetry)
      if (!/^[\w.-]{1,64}$/.test(id))
        throw new RedfishError(400, [about('/Id', fault('PropertyValueFormatError', id, 'Id'))])
      if (telemetry.definition(id) !== undefined) {
        throw refuse(409, 'ResourceAlreadyExists', 'MetricReportDefinition', 'Id', id)
      }
      await telemetry.add({
        id,
        name: given.Name ?? `Report ${id}`,
        type,
        intervalS,
        asEvent: given.ReportActions?.includes('RedfishEvent') ?? false,
        enabled: given.MetricReportDefinitionEnabled ?? true,
        metrics: [
          ...(given.MetricProperties ?? []).map((uri) => metricOf(service, uri, uri)),
          ...(given.Metrics ?? []).flatMap((one) => metricsIn(service, one)),
        ],
      })
      return { id }
    },
  ),
})

function nextId(telemetry: Telemetry): string {
  for (let n = 1; ; n++) if (telemetry.definition(`Report${n}`) === undefined) return `Report${n}`
}

function metricsIn(service: Service, one: Body): readonly Metric[] {
  const { MetricId, MetricProperties } = one
  const uris = Array.isArray(MetricProperties) ? MetricProperties : []
  return uris.map((uri) => metricOf(service, String(uri), typeof MetricId === 'string' ? MetricId : String(uri)))
}

/** Only of what everybody who logs in may read. */
function metricOf({ events }: Service, uri: string, id: string): Metric {
  const [path, pointer] = uri.split('#')
  const good = /^\/redfish\/v1\/(Chassis|Systems|Managers)\//.test(path) && pointer?.startsWith('/')
  if (good && events.typeAt(path) !== undefined) return { id, property: uri }
  const wrong = fault('PropertyValueFormatError', uri, 'MetricProperties')
  const detail =
    'it has to lead to a property of a system, a manager or a chassis, as /redfish/v1/Systems/1#/PowerState does'
  throw new RedfishError(400, [{ ...about('/MetricProperties', wrong), detail }])
}

interface OneReport {
  readonly telemetry: Telemetry
  readonly definition: ReportDefinition
}

function reportNamed({ telemetry }: Service, id: string): OneReport | undefined {
  const definition = telemetry.definition(id)
  return definition && { telemetry, definition }
}

export const reportDefinition = resource<OneReport>({
  path: `${PATH}/MetricReportDefinitions/{report}`,
  type: 'MetricReportDefinition',
  find: (service, { report }) => reportNamed(service, report),
  get: ({ definition: { id, name, type, intervalS, asEvent, enabled, metrics } }) => ({
    Name: name,
    MetricReportDefinitionType: type,
    MetricReportDefinitionEnabled: enabled,
    Status: { State: enabled ? 'Enabled' : 'Disabled', Health: 'OK' },
    ReportActions: reportActions.slice(0, asEvent ? 2 : 1),
    ReportUpdates: 'Overwrite',
    ...(type === 'Periodic' && { Schedule: { RecurrenceInterval: `PT${intervalS}S` } }),
    Metrics: metrics.map(({ id, property }) => ({ MetricId: id, MetricProperties: [property] })),
    MetricReport: link(`${PATH}/MetricReports/${id}`),
  }),
  patch: {
    MetricReportDefinitionEnabled: write(flag, ({ telemetry, definition: { id } }, enabled) => {
      mustBeMade(telemetry, id)
      telemetry.change(id, { enabled })
    }),
  },
  remove({ telemetry, definition: { id } }) {
    mustBeMade(telemetry, id)
    telemetry.remove(id)
  },
})

function mustBeMade(telemetry: Telemetry, id: string): void {
  if (telemetry.isBuiltIn(id)) throw refuse(400, 'ResourceCannotBeDeleted')
}

export const metricReports = collection<Telemetry>({
  path: `${PATH}/MetricReports`,
  type: 'MetricReportCollection',
  name: 'Metric reports',
  find: ({ telemetry }) => telemetry,
  members: (telemetry) => telemetry.definitions.map(({ id }) => id),
})

export const metricReport = resource<OneReport>({
  path: `${PATH}/MetricReports/{report}`,
  type: 'MetricReport',
  volatile: ['Timestamp', 'MetricValues'],
  find: (service, { report }) => reportNamed(service, report),
  get: ({ telemetry, definition }) => telemetry.report(definition),
})
