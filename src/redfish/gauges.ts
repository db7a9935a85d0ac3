import { type Gauge, gaugesOf, type Measurement, measure, type Quantity } from '../bmc/sensors/measurements.ts'
import type { Place } from '../bmc/sensors/places.ts'
import { chassisPath, link, systemPath } from './links.ts'
import type { RedfishNode } from './node.ts'
import { memoryIds } from './resources/memory.ts'
import { processorIds } from './resources/processors.ts'
import { segmentOf } from './uri.ts'

/** Sensors of a BMC by Redfish's words: the newer and the older model, and what quotes them, are made of these. */

interface Words {
  readonly ReadingType: string
  /** UCUM, as the Sensor schema wants it. */
  readonly ReadingUnits: string
}

const words: Readonly<Partial<Record<Quantity, Words>>> = {
  temperature: { ReadingType: 'Temperature', ReadingUnits: 'Cel' },
  voltage: { ReadingType: 'Voltage', ReadingUnits: 'V' },
  current: { ReadingType: 'Current', ReadingUnits: 'A' },
  power: { ReadingType: 'Power', ReadingUnits: 'W' },
  energy: { ReadingType: 'EnergyJoules', ReadingUnits: 'J' },
  airflow: { ReadingType: 'AirFlow', ReadingUnits: '[ft_i]3/min' },
  speed: { ReadingType: 'Rotational', ReadingUnits: '{rev}/min' },
  frequency: { ReadingType: 'Frequency', ReadingUnits: 'Hz' },
  percent: { ReadingType: 'Percent', ReadingUnits: '%' },
}

/** Of one in a unit that Redfish has no word for: both are left out. */
export function readingWords({ quantity }: Gauge): Partial<Words> {
  return words[quantity] ?? {}
}

const contexts: Readonly<Record<Place, string>> = {
  processor: 'CPU',
  memory: 'Memory',
  drive: 'StorageDevice',
  'drive bay': 'StorageBay',
  'system board': 'SystemBoard',
  'voltage regulator': 'VoltageRegulator',
  'power supply': 'PowerSupply',
  'power unit': 'PowerSubsystem',
  card: 'ExpansionSubsystem',
  'front panel': 'Front',
  chassis: 'Chassis',
  fan: 'Fan',
  cooling: 'CoolingSubsystem',
  room: 'Room',
  battery: 'Battery',
  inlet: 'Intake',
  exhaust: 'Exhaust',
}

/** Nothing where nobody said where it is. */
export function contextOfPlace(place: Place | undefined): { readonly PhysicalContext?: string } {
  return place === undefined ? {} : { PhysicalContext: contexts[place] }
}

export function contextOf({ place }: Gauge): { readonly PhysicalContext?: string } {
  return contextOfPlace(place)
}

export function gauges({ bmc }: RedfishNode, quantity?: Quantity): readonly Gauge[] {
  const all = gaugesOf(bmc.sensors.seeds)
  return quantity === undefined ? all : all.filter((one) => one.quantity === quantity)
}

export function gaugeOf(node: RedfishNode, seed: Gauge['seed']): Gauge | undefined {
  return gauges(node).find((one) => one.seed === seed)
}

export function gaugeOfId(node: RedfishNode, id: string): Gauge | undefined {
  return gauges(node).find((one) => one.id === id)
}

export function sensorPath(node: RedfishNode, id: string): string {
  return `${chassisPath(node)}/Sensors/${segmentOf(id)}`
}

/** What others quote of a sensor (`SensorExcerpt`). */
export function excerpt(node: RedfishNode, gauge: Gauge) {
  const { value } = measure(node.bmc.sensors, gauge)
  return { DataSourceUri: sensorPath(node, gauge.id), Reading: value ?? null }
}

/** The same in a list, where each has to say what it is of. */
export function arrayExcerpt(node: RedfishNode, gauge: Gauge) {
  return { ...excerpt(node, gauge), DeviceName: gauge.seed.name, ...contextOf(gauge) }
}

export function statusOf({ value, scanning, health }: Measurement) {
  const state = !scanning ? 'Disabled' : value === undefined ? 'UnavailableOffline' : 'Enabled'
  return { State: state, Health: healthWord(health) }
}

export function healthWord(health: Measurement['health']): string {
  return health === 'ok' ? 'OK' : health === 'warning' ? 'Warning' : 'Critical'
}

/** The worst of some. */
export function rolledUp(all: readonly Measurement['health'][]): Measurement['health'] {
  return all.includes('critical') ? 'critical' : all.includes('warning') ? 'warning' : 'ok'
}

/** Of the sensors of one quantity, or of all. */
export function healthOf(node: RedfishNode, quantity?: Quantity): Measurement['health'] {
  return rolledUp(gauges(node, quantity).map((gauge) => measure(node.bmc.sensors, gauge).health))
}

/** What a sensor is about, where that is a resource of its own. */
export function relatedItems(node: RedfishNode, { place, instance }: Gauge) {
  const nth = (ids: readonly string[], path: string) => {
    const id = ids[instance - 1]
    return id === undefined ? [] : [link(`${path}/${segmentOf(id)}`)]
  }
  if (place === 'processor') return nth(processorIds(node), `${systemPath(node)}/Processors`)
  if (place === 'memory') return nth(memoryIds(node), `${systemPath(node)}/Memory`)
  return []
}

/** Those on one processor, one memory module or one power supply. */
export function gaugesOn(node: RedfishNode, place: Place, instance: number): readonly Gauge[] {
  return gauges(node).filter((one) => one.place === place && one.instance === instance)
}
