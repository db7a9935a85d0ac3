import {
  type Gauge,
  hysteresisOf,
  type Limits,
  limitsOf,
  measure,
  rangeOf,
  setLimits,
} from '../../bmc/sensors/measurements.ts'
import type { ThresholdName } from '../../bmc/sensors/sensor-seeds.ts'
import { about, fault, RedfishError } from '../faults.ts'
import { type Given, members, optionalNumber } from '../fields.ts'
import { contextOf, gaugeOfId, gauges, readingWords, relatedItems, statusOf } from '../gauges.ts'
import { ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { collection, resource, write } from '../resource.ts'
import { nodeOfChassis } from '../service-parts.ts'
import { type TotalId, total, totalIds } from '../totals.ts'

const PATH = `${ROOT}/Chassis/{chassis}/Sensors`

export const sensors = collection<RedfishNode>({
  path: PATH,
  type: 'SensorCollection',
  name: 'Sensors',
  find: (service, { chassis }) => nodeOfChassis(service, chassis),
  members: (node) => [...gauges(node).map(({ id }) => id), ...totalIds],
})

/** Either a sensor of the BMC, or a sum of its own. */
type Shown = { readonly node: RedfishNode } & ({ readonly gauge: Gauge } | { readonly total: TotalId })

const names = {
  LowerCaution: 'lnc',
  LowerCritical: 'lc',
  LowerFatal: 'lnr',
  UpperCaution: 'unc',
  UpperCritical: 'uc',
  UpperFatal: 'unr',
} as const satisfies Record<string, ThresholdName>

type Name = keyof typeof names
const ordered: readonly Name[] = [
  'LowerCaution',
  'LowerCritical',
  'LowerFatal',
  'UpperCaution',
  'UpperCritical',
  'UpperFatal',
]

const threshold = members({ Reading: optionalNumber })
const thresholdFields = {
  LowerCaution: threshold,
  LowerCritical: threshold,
  LowerFatal: threshold,
  UpperCaution: threshold,
  UpperCritical: threshold,
  UpperFatal: threshold,
}

export const sensor = resource<Shown>({
  path: `${PATH}/{sensor}`,
  type: 'Sensor',
  find(service, { chassis, sensor: id }) {
    const node = nodeOfChassis(service, chassis)
    const gauge = node && gaugeOfId(node, id)
    if (node && gauge) return { node, gauge }
    const total = totalIds.find((one) => one === id)
    return node && total && { node, total }
  },
  get: (shown) => ('gauge' in shown ? measured(shown.node, shown.gauge) : total(shown.node, shown.total)),
  patch: { Thresholds: write(members(thresholdFields), setThresholds) },
  volatile: ['Reading', 'Status', 'PeakReading', 'PeakReadingTime'],
})

function measured(node: RedfishNode, gauge: Gauge) {
  const { seed } = gauge
  const now = measure(node.bmc.sensors, gauge)
  const { minimum, maximum } = rangeOf(gauge)
  const related = relatedItems(node, gauge)
  return {
    Name: seed.name,
    ...readingWords(gauge),
    Reading: now.value ?? null,
    ReadingRangeMin: minimum,
    ReadingRangeMax: maximum,
    ...contextOf(gauge),
    Implementation: 'PhysicalSensor',
    Status: statusOf(now),
    Thresholds: thresholds(node, gauge),
    ...(related.length > 0 && { RelatedItem: related, 'RelatedItem@odata.count': related.length }),
  }
}

function thresholds(node: RedfishNode, gauge: Gauge) {
  const limits = limitsOf(node.bmc.sensors, gauge)
  const sides = {
    Increasing: hysteresisOf(node.bmc.sensors, gauge, 'upper'),
    Decreasing: hysteresisOf(node.bmc.sensors, gauge, 'lower'),
  }
  const shown = ordered.flatMap((name) => {
    const limit = limits[names[name]]
    const Activation = name.startsWith('Upper') ? 'Increasing' : 'Decreasing'
    return limit === undefined
      ? []
      : [[name, { Activation, Reading: limit.value, HysteresisReading: sides[Activation] }] as const]
  })
  return Object.fromEntries(shown)
}

/** Which of them can be set is a matter of each sensor's record. */
function setThresholds(shown: Shown, given: Given<typeof thresholdFields>): void {
  const limits = 'gauge' in shown ? limitsOf(shown.node.bmc.sensors, shown.gauge) : {}
  const wanted = ordered.flatMap((name) => {
    const value = given[name]?.Reading
    return value === undefined ? [] : [{ name, value }]
  })
  const faults = wanted.flatMap(({ name, value }) => faultOf(name, value, limits, shown))
  if (faults.length > 0) throw new RedfishError(400, faults)
  if (!('gauge' in shown)) return
  const values: Partial<Record<ThresholdName, number>> = {}
  for (const { name, value } of wanted) {
    // What cannot be set was sent back as it is.
    if (value !== null && limits[names[name]]?.settable) values[names[name]] = value
  }
  setLimits(shown.node.bmc.sensors, shown.gauge, values)
}

function faultOf(name: Name, value: number | null, limits: Limits, shown: Shown) {
  const at = `/Thresholds/${name}/Reading`
  const limit = limits[names[name]]
  if (limit === undefined) return [about(at, fault('PropertyUnknown', name))]
  if (!limit.settable) return limit.value === value ? [] : [about(at, fault('PropertyNotWritable', 'Reading'))]
  if (value === null) return [about(at, fault('PropertyValueTypeError', 'null', 'Reading'))]
  const { minimum, maximum } = 'gauge' in shown ? rangeOf(shown.gauge) : { minimum: 0, maximum: 0 }
  const out = value < minimum || value > maximum
  return out ? [about(at, fault('PropertyValueOutOfRange', String(value), 'Reading'))] : []
}
