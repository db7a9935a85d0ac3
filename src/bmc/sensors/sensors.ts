import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import { seedOf } from '../../base/waves.ts'
import { countOf } from '../../ipmi/reading-factors.ts'
import type { PowerState } from '../../machine/machine.ts'
import type { PowerLimit } from '../dcmi/power-limit.ts'
import { PowerSensors } from '../dcmi/power-sensors.ts'
import type { Sel } from '../storage/sel.ts'
import type { Store } from '../store.ts'
import type { FanDuty } from './fan-duty.ts'
import { crossedThresholds, maySendEvents, Sensor, type SensorEvent, type SensorReading } from './sensor.ts'
import { type SensorSeed, type SensorSettings, THRESHOLD_EVENTS } from './sensor-seeds.ts'
import {
  type AnalogSignal,
  type Anchor,
  courseOf,
  type Follow,
  type Signal,
  stepped,
  targetOf,
  wobble,
} from './signal.ts'
import { noWork, type Workload, type WorkStep } from './workload.ts'

export interface SensorsParts {
  /** The node's: its values wobble in a way of their own. */
  readonly name: string
  readonly clock: Clock
  readonly store: Store
  /** Where events go: the SEL of this BMC, or of the one that it reports to. */
  readonly sel: Pick<Sel, 'event'>
  /** On the IPMB: the one who says what happened. */
  readonly address: number
  readonly power: () => PowerState
  readonly workload: Workload
  readonly limit: PowerLimit
  /** False while Set Event Receiver has turned event messages off (IPMI 2.0 §29.1). */
  readonly sendsEvents: () => boolean
  readonly seeds: readonly SensorSeed[]
  /** What a maker's command wants of the fans. */
  readonly fans?: FanDuty
}

/** Reading and threshold are in data 2 and 3 (§42.1, Table 29-6). */
const READING_AND_THRESHOLD = 0x50
const UNSPECIFIED = 0xff

/**
 * The sensors of one BMC (IPMI 2.0 chapter 35). Their descriptions are shared with every BMC of the same personality; a
 * sensor of our own is made when one is first looked at. Values are computed when read, and events with them.
 */
export class Sensors {
  readonly #parts: SensorsParts
  #list: readonly SensorSeed[]
  readonly #sensors = new LazyMap<number, Sensor>()
  /** Where every moving value was when the power or the work last changed. */
  #anchors: ReadonlyMap<SensorSeed, Anchor> = noAnchors
  #power: PowerState
  #work = noWork
  readonly #powerSensors: PowerSensors
  /** Sensors that were not made yet have been looked at since the power changed, and crossed nothing. */
  #watched = false
  /** What its wobbling begins from. */
  readonly #wave: number

  constructor(parts: SensorsParts) {
    this.#parts = parts
    this.#list = parts.seeds
    this.#power = parts.power()
    this.#wave = seedOf(parts.name)
    this.#powerSensors = PowerSensors.of(parts.seeds)
    parts.workload.onStep((step) => this.#stepped(step))
    for (const seed of parts.seeds) if (seed.announce) this.reading(this.get(seed.lun, seed.number))
  }

  get seeds(): readonly SensorSeed[] {
    return this.#list
  }

  get(lun: number, number: number): Sensor {
    const key = keyOf({ lun, number })
    const known = this.#sensors.get(key)
    if (known !== undefined) return known
    const seed = this.#seed(lun, number)
    if (seed === undefined) throw new BmcError('not-found', `there is no sensor ${number} on LUN ${lun}`)
    const sensor = new Sensor(seed, this.#settingsOf(seed))
    if (this.#watched && isWatched(seed) && maySendEvents(seed, sensor.settings)) sensor.presume(0)
    this.#sensors.set(key, sensor)
    return sensor
  }

  #settingsOf(seed: SensorSeed): SensorSettings {
    return storedSettings(this.#parts.store.get(storeKey(seed))) ?? seed.settings
  }

  /** A few dozen are looked through as fast as a map would find one, and thousands of BMCs share the one list. */
  #seed(lun: number, number: number): SensorSeed | undefined {
    return this.#list.findLast((seed) => seed.number === number && seed.lun === lun)
  }

  /** By name, in any case. */
  named(name: string): Sensor {
    const wanted = name.trim().toLowerCase()
    const seed = this.seeds.find((one) => one.name.trim().toLowerCase() === wanted)
    if (seed !== undefined) return this.get(seed.lun, seed.number)
    throw new BmcError('not-found', `no sensor "${name}"; there are ${this.seeds.map((one) => one.name).join(', ')}`)
  }

  /** The number of the first sensor of a type (§42.2): events about the power name the power unit's. */
  numberOfType(type: number): number | undefined {
    return this.seeds.find((seed) => seed.type === type)?.number
  }

  reading(sensor: Sensor): SensorReading {
    const value = this.#value(sensor)
    this.#send(sensor, sensor.observe(value))
    if (value === undefined || !sensor.settings.scanning) return { available: false, raw: 0, states: 0 }
    return { available: true, raw: sensor.isThreshold ? value : 0, states: sensor.states }
  }

  /**
   * Looks, as somebody who reads would, at every sensor that moves by itself and whose value may be an event. One that nobody
   * has looked at before and whose value crosses nothing is only remembered as such, all of them together: thousands of
   * BMCs have nothing to tell.
   */
  watch(): void {
    if (!this.#parts.sendsEvents()) return
    for (const { seed, key, kept } of movingOf(this.#list)) {
      const known = this.#sensors.get(key)
      const settings = known?.settings ?? storedSettings(this.#parts.store.get(kept)) ?? seed.settings
      if (!maySendEvents(seed, settings)) continue
      if (known === undefined && this.#isQuiet(seed, settings)) continue
      this.reading(known ?? this.get(seed.lun, seed.number))
    }
    this.#watched = true
  }

  #isQuiet(seed: SensorSeed, settings: SensorSettings): boolean {
    if (!isWatched(seed)) return false
    if (targetOf(this.#signalOf(seed), this.#power) === undefined) return true
    const value = this.#signal(seed)
    return value === undefined || crossedThresholds(seed, settings, rawOfCount(seed, value), 0) === 0
  }

  /** Stands in for what the sensor measures, until it is released or the BMC restarts. `quiet`: it is no event. */
  force(sensor: Sensor, value: number | undefined, quiet = false): void {
    // What held before is looked at first, so that the events of the new value are exactly what it changes.
    this.reading(sensor)
    sensor.forced = value
    if (quiet) sensor.observe(this.#value(sensor), true)
    else this.reading(sensor)
  }

  /** What a polled sensor has now; undefined: there is nothing to measure. */
  measured(sensor: Sensor, value: number | undefined, quiet = false): void {
    if (value !== undefined) sensor.presume(sensor.seed.polled?.initState ?? 0)
    sensor.measured = value
    if (quiet) sensor.observe(this.#value(sensor), true)
    else this.reading(sensor)
  }

  /** A sensor that comes while the BMC runs, until it ends. */
  add(seed: SensorSeed): void {
    const { lun, number } = seed
    if (this.#seed(lun, number) !== undefined) {
      throw new BmcError('wrong-state', `there is a sensor ${number} on LUN ${lun}`)
    }
    this.#list = [...this.#list, seed]
    this.#watched = false
  }

  /** Other thresholds, events and so on, and its settings as they say, until the BMC ends. */
  describe(sensor: Sensor, seed: SensorSeed): void {
    this.reading(sensor)
    const before = sensor.seed
    const described = { ...seed, lun: before.lun, number: before.number }
    this.#list = this.#list.map((one) => (one === before ? described : one))
    sensor.seed = described
    sensor.settings = seed.settings
    this.reading(sensor)
  }

  change(sensor: Sensor, settings: SensorSettings): void {
    this.reading(sensor)
    this.#parts.store.set(storeKey(sensor.seed), { ...settings })
    sensor.settings = settings
    this.reading(sensor)
  }

  rearm(sensor: Sensor, assertions: number, deassertions: number): void {
    sensor.rearm(assertions, deassertions)
    this.reading(sensor)
  }

  /** The initialization agent (§33.21): settings are what the SDRs say again. */
  initialize(): void {
    for (const seed of this.seeds) {
      const key = storeKey(seed)
      if (this.#parts.store.get(key) !== undefined) this.#parts.store.set(key, undefined)
    }
    for (const sensor of this.#sensors.values()) sensor.settings = sensor.seed.settings
  }

  /** Values set out from where they are towards what they are in the new state. No event: that the power changed is one. */
  powerChanged(power: PowerState): void {
    const anchors = new Map<SensorSeed, Anchor>()
    const sinceMs = this.#parts.clock.monotonic()
    for (const seed of this.seeds) {
      const signal = this.#signalOf(seed)
      if (signal.kind === 'analog') anchors.set(seed, { sinceMs, from: this.#course(seed, signal, sinceMs) })
    }
    this.#anchors = anchors
    this.#power = power
    this.#work = noWork
    this.#watched = false
    for (const sensor of this.#sensors.values()) sensor.observe(this.#value(sensor), true)
  }

  /** A Cold Reset forgets what was forced. */
  releaseAll(): void {
    for (const sensor of this.#sensors.values()) sensor.forced = undefined
  }

  #value(sensor: Sensor): number | undefined {
    const held = sensor.forced ?? sensor.measured
    if (held !== undefined) return held
    const value = this.#signal(sensor.seed)
    return value === undefined || sensor.seed.signal.kind !== 'analog' ? value : rawOfCount(sensor.seed, value)
  }

  #signal(seed: SensorSeed): number | undefined {
    const natural = this.#natural(seed)
    const held = this.#power === 'on' && seed.signal.kind === 'analog' && this.#powerSensors.has(seed)
    const limit = held ? this.#parts.limit.watts : undefined
    if (natural === undefined || limit === undefined) return natural
    return this.#powerSensors.held(seed, natural, limit, (other) => this.#natural(other))
  }

  /** As it would be without a limit. */
  #natural(seed: SensorSeed): number | undefined {
    const signal = this.#signalOf(seed)
    if (signal.kind !== 'analog') return targetOf(signal, this.#power)
    const { clock, workload } = this.#parts
    workload.look()
    const course = this.#course(seed, signal, clock.monotonic())
    const chance = this.#wave ^ Math.imul(seed.number + 1, 0x9e3779b1)
    return course === undefined ? undefined : course + wobble(signal, clock.now(), chance)
  }

  #signalOf(seed: SensorSeed): Signal {
    return this.#parts.fans?.signalOf(seed) ?? seed.signal
  }

  #course(seed: SensorSeed, signal: AnalogSignal, ms: number): number | undefined {
    const course = courseOf(signal, this.#power, this.#anchors.get(seed), ms, this.#work)
    const alone = course === undefined || signal.follows === undefined || this.#power === 'off'
    return alone ? course : course + this.#lead(signal.follows)
  }

  #lead(follows: readonly Follow[]): number {
    const leads = follows.flatMap(({ number, at, perCount }) => {
      const { seed, forced } = this.get(0, number)
      const count = forced === undefined ? this.#signal(seed) : countOf(seed.conversion?.format ?? 'unsigned', forced)
      return count === undefined ? [] : [(count - at) * perCount]
    })
    return leads.length === 0 ? 0 : Math.max(...leads)
  }

  #stepped(step: WorkStep): void {
    const anchors = new Map<SensorSeed, Anchor>()
    for (const seed of this.seeds) {
      const signal = this.#signalOf(seed)
      if (signal.kind !== 'analog') continue
      anchors.set(seed, stepped(signal, this.#power, this.#anchors.get(seed), step))
    }
    this.#anchors = anchors
    this.#work = step.work
  }

  #send(sensor: Sensor, events: readonly SensorEvent[]): void {
    if (!this.#parts.sendsEvents()) return
    const { lun, number, type, eventType } = sensor.seed
    for (const { offset, deasserted, reading, threshold } of events) {
      const details = reading === undefined ? 0 : READING_AND_THRESHOLD
      this.#parts.sel.event({
        sensorType: type,
        sensorNumber: number,
        eventType,
        deasserted,
        data: [details | offset, reading ?? UNSPECIFIED, threshold ?? UNSPECIFIED],
        generatorId: this.#parts.address | (lun << 8),
      })
    }
  }
}

/** Counts may have a fraction and be below 0; a raw byte has eight bits, in the sensor's own format. */
function rawOfCount({ conversion }: SensorSeed, count: number): number {
  const whole = Math.round(count)
  const signed = conversion?.format === 'twos complement' || conversion?.format === 'ones complement'
  if (!signed) return Math.min(Math.max(whole, 0), 0xff)
  const bounded = Math.min(Math.max(whole, -0x80), 0x7f)
  return (conversion.format === 'ones complement' && bounded < 0 ? bounded - 1 : bounded) & 0xff
}

/** One whose value moves by itself, and crosses thresholds. */
function isWatched(seed: SensorSeed): boolean {
  return seed.signal.kind === 'analog' && seed.eventType === THRESHOLD_EVENTS
}

/** A sensor whose value moves by itself and may be an event, and what it is known under, here and in the store. */
interface Moving {
  readonly seed: SensorSeed
  readonly key: number
  readonly kept: string
}

/** Of each list of sensors, which thousands of BMCs share. */
const moving = new WeakMap<readonly SensorSeed[], readonly Moving[]>()

function movingOf(seeds: readonly SensorSeed[]): readonly Moving[] {
  const known = moving.get(seeds)
  if (known !== undefined) return known
  const found = seeds
    .filter(({ signal, eventSupport }) => signal.kind === 'analog' && eventSupport !== 'none')
    .map((seed) => ({ seed, key: keyOf(seed), kept: storeKey(seed) }))
  moving.set(seeds, found)
  return found
}

function keyOf({ lun, number }: Pick<SensorSeed, 'lun' | 'number'>): number {
  return (lun << 8) | number
}

/** What its settings are kept under. */
function storeKey({ lun, number }: SensorSeed): string {
  return `sensor.${lun}.${number}`
}

const noAnchors: ReadonlyMap<SensorSeed, Anchor> = new Map()

function storedSettings(value: unknown): SensorSettings | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const facts = new Map<string, unknown>(Object.entries(value))
  const byte = (key: string) => {
    const number = facts.get(key)
    return typeof number === 'number' ? number : undefined
  }
  const thresholds = facts.get('thresholds')
  const positiveHysteresis = byte('positiveHysteresis')
  const negativeHysteresis = byte('negativeHysteresis')
  const assertions = byte('assertions')
  const deassertions = byte('deassertions')
  if (!Array.isArray(thresholds) || thresholds.length !== 6) return undefined
  const limits = thresholds.filter((one) => typeof one === 'number')
  if (limits.length !== 6 || positiveHysteresis === undefined || negativeHysteresis === undefined) return undefined
  if (assertions === undefined || deassertions === undefined) return undefined
  return {
    thresholds: limits,
    positiveHysteresis,
    negativeHysteresis,
    eventsEnabled: facts.get('eventsEnabled') === true,
    scanning: facts.get('scanning') === true,
    assertions,
    deassertions,
  }
}
