import { type Gauge, gaugesOf, type Measurement, measure, type Quantity } from '../bmc/sensors/measurements.ts'
import { chassisPath, link, systemPath } from './links.ts'
import type { RedfishNode } from './node.ts'
import { memoryIds } from './resources/memory.ts'
import { processorIds } from './resources/processors.ts'

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

/** Entities of IPMI (Table 43-13, and DCMI's) as places. */
const places: Readonly<Record<number, string>> = {
  3: 'CPU',
  4: 'StorageDevice',
  7: 'SystemBoard',
  8: 'Memory',
  10: 'PowerSupply',
  11: 'ExpansionSubsystem',
  12: 'Front',
  15: 'StorageBay',
  19: 'PowerSubsystem',
  20: 'VoltageRegulator',
  23: 'Chassis',
  26: 'StorageBay',
  29: 'Fan',
  30: 'CoolingSubsystem',
  32: 'Memory',
  39: 'Room',
  40: 'Battery',
  55: 'Intake',
  64: 'Intake',
  65: 'CPU',
  66: 'SystemBoard',
}

const POWER_SUPPLY = 10
const PROCESSORS = [3, 65]
const MEMORY = [8, 32]

/** Undefined: nobody said where. */
export function placeOf({ seed: { entityId, name } }: Gauge): string | undefined {
  if (/exhaust|outlet/i.test(name)) return 'Exhaust'
  if (/inlet|intake|ambient/i.test(name)) return 'Intake'
  return places[entityId]
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
  return `${chassisPath(node)}/Sensors/${encodeURIComponent(id)}`
}

/** What others quote of a sensor (`SensorExcerpt`). */
export function excerpt(node: RedfishNode, gauge: Gauge) {
  const { value } = measure(node.bmc.sensors, gauge)
  return { DataSourceUri: sensorPath(node, gauge.id), Reading: value ?? null }
}

/** The same in a list, where each has to say what it is of. */
export function arrayExcerpt(node: RedfishNode, gauge: Gauge) {
  const place = placeOf(gauge)
  return {
    ...excerpt(node, gauge),
    DeviceName: gauge.seed.name,
    ...(place !== undefined && { PhysicalContext: place }),
  }
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
export function relatedItems(node: RedfishNode, { seed: { entityId, entityInstance } }: Gauge) {
  const at = entityInstance - 1
  const nth = (ids: readonly string[], path: string) => (ids[at] === undefined ? [] : [link(`${path}/${ids[at]}`)])
  if (PROCESSORS.includes(entityId)) return nth(processorIds(node), `${systemPath(node)}/Processors`)
  if (MEMORY.includes(entityId)) return nth(memoryIds(node), `${systemPath(node)}/Memory`)
  return []
}

/** Those on one processor, one memory module or one power supply. */
export function gaugesOn(node: RedfishNode, part: 'processor' | 'memory' | 'supply', instance: number): Gauge[] {
  const entities = part === 'processor' ? PROCESSORS : part === 'memory' ? MEMORY : [POWER_SUPPLY]
  return gauges(node).filter(({ seed }) => entities.includes(seed.entityId) && seed.entityInstance === instance)
}
