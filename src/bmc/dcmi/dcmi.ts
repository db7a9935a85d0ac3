import { DecodeError, hex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Machine, PowerState } from '../../machine/machine.ts'
import { type BmcEvents, EVENT_DATA_UNUSED } from '../events.ts'
import type { Power } from '../power/power.ts'
import type { Workload } from '../sensors/workload.ts'
import type { Store } from '../store.ts'
import { storeBytes, storedBytes } from '../stored.ts'
import type { PowerLimit } from './power-limit.ts'
import { PowerMeter, type PowerSource } from './power-meter.ts'
import { type Temperatures, ThermalLimit, temperaturesOf } from './thermal.ts'

/** DCMI 1.5 §6.4.2: the asset tag; §6.4.6: the identifier, its NUL included. */
const ASSET_TAG_SIZE = 63
const IDENTIFIER_SIZE = 63

/** §6.1.3: DHCP discovery, and how long it tries. Initial values are those of the specification. */
const configuration: Readonly<Record<number, readonly number[]>> = {
  2: [0x01],
  3: [4],
  4: [120, 0],
  5: [64, 0],
}

/** Power unit and temperature as the kinds of sensors, "limit exceeded" as what they tell (IPMI 2.0 §42.1, §42.2). */
const POWER_UNIT = 0x09
const TEMPERATURE = 0x01
const LIMIT = 0x05
const EXCEEDED = 0x01
/** The BMC's own numbers for the two. */
const POWER_LIMIT_SENSOR = 0x04
const INLET_LIMIT_SENSOR = 0x05

export interface DcmiParts {
  readonly name: string
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly machine: Machine
  readonly power: Power
  readonly events: BmcEvents
  /** Of the first LAN channel. */
  readonly mac: Uint8Array
  readonly temperatures: Temperatures | undefined
  readonly limit: PowerLimit
  readonly workload: Workload
  /** A limit was set, or taken away. */
  readonly limited: () => void
  /** The sensors that tell the machine's power. */
  readonly powerSource: PowerSource | undefined
}

/** What DCMI 1.5 adds to a BMC: names, power and its limit, temperatures and theirs. */
export class Dcmi {
  readonly assetTag: DcmiText
  readonly identifier: DcmiText
  readonly meter: PowerMeter
  readonly limit: PowerLimit
  readonly temperatures: Temperatures
  readonly thermalLimit: ThermalLimit
  readonly #log: Logger
  readonly #store: Store
  readonly #power: Power
  readonly #events: BmcEvents
  readonly #machine: Machine

  constructor(parts: DcmiParts) {
    const { clock, store, name } = parts
    this.#log = parts.log
    this.#store = store
    this.#power = parts.power
    this.#events = parts.events
    this.#machine = parts.machine
    this.assetTag = new DcmiText(store, 'dcmi.asset-tag', ASSET_TAG_SIZE, '')
    // §6.4.6.1: without any other, this one tells controllers apart.
    this.identifier = new DcmiText(store, 'dcmi.identifier', IDENTIFIER_SIZE, `DCMI${hex(parts.mac, '').toUpperCase()}`)
    const { limit, workload, powerSource: source } = parts
    this.limit = limit
    this.meter = new PowerMeter({ name, clock, power: parts.machine.power, workload, source, limit })
    limit.onChange(() => {
      this.#slow()
      parts.limited()
    })
    if (limit.active) this.#slow()
    this.temperatures = parts.temperatures ?? temperaturesOf(clock, this.meter, name)
    // §6.7.2: a power off is logged as well.
    this.thermalLimit = new ThermalLimit(clock, store, this.temperatures, parts.limited, ({ powerOff }) => {
      this.#exceeded(TEMPERATURE, INLET_LIMIT_SENSOR)
      if (powerOff) this.#powerDown('the thermal limit')
    })
  }

  /** A configuration parameter, or undefined where there is no such parameter. */
  parameter(number: number): Uint8Array | undefined {
    const values = configuration[number]
    if (values === undefined) return undefined
    return storedBytes(this.#store, `dcmi.${number}`, values.length) ?? Uint8Array.from(values)
  }

  setParameter(number: number, data: Uint8Array): boolean {
    const values = configuration[number]
    if (values === undefined) return false
    if (data.length !== values.length)
      throw new DecodeError('length', `DCMI parameter ${number}: ${values.length} bytes`)
    storeBytes(this.#store, `dcmi.${number}`, data)
    return true
  }

  powerChanged(power: PowerState): void {
    this.meter.powerChanged(power)
  }

  /** Once a second; false: no limit is set. */
  second(): boolean {
    this.#watchLimit()
    return this.thermalLimit.second() || this.limit.active
  }

  /** True: a limit slows the machine, where it is only reckoned with otherwise. */
  get slows(): boolean {
    return this.#machine.limitWork !== undefined
  }

  #slow(): void {
    this.#machine.limitWork?.(this.limit.shareOf(this.meter))
  }

  #watchLimit(): void {
    if (!this.limit.active) return
    const { exception } = this.limit.settings
    const above = this.limit.exceededBy(this.meter.on ? this.meter.watts() : 0)
    if (above && exception !== 'none') this.#powerExceeded(exception === 'power off')
  }

  /** §6.6.2: a power off is logged as well. */
  #powerExceeded(powerOff: boolean): void {
    this.#exceeded(POWER_UNIT, POWER_LIMIT_SENSOR)
    if (powerOff) this.#powerDown('the power limit')
  }

  #exceeded(sensorType: number, sensorNumber: number): void {
    this.#events.event({
      sensorType,
      sensorNumber,
      eventType: LIMIT,
      data: [EXCEEDED, EVENT_DATA_UNUSED, EVENT_DATA_UNUSED],
    })
  }

  #powerDown(by: string): void {
    this.#power.control('power down', by).catch((error: unknown) => {
      this.#log.warn({ by, error: messageOf(error) }, 'the machine could not be switched off')
    })
  }
}

/** A text that is read and written in pieces of up to 16 bytes. A write ends the text where it ends. */
export class DcmiText {
  readonly #store: Store
  readonly #key: string
  /** Bytes. */
  readonly limit: number
  readonly #initial: string

  constructor(store: Store, key: string, limit: number, initial: string) {
    this.#store = store
    this.#key = key
    this.limit = limit
    this.#initial = initial
  }

  get bytes(): Uint8Array {
    return storedBytes(this.#store, this.#key) ?? new Uint8Array(Buffer.from(this.#initial, 'latin1'))
  }

  /** What somebody has set; undefined: it is as it was at first. */
  get given(): string | undefined {
    return storedBytes(this.#store, this.#key) === undefined ? undefined : this.text
  }

  get text(): string {
    return Buffer.from(this.bytes).toString('latin1')
  }

  setText(text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    if (bytes.length > this.limit) throw new BmcError('out-of-range', `a text of up to ${this.limit} characters`)
    storeBytes(this.#store, this.#key, bytes)
  }

  /** A NUL ends it as well, so that what is written behind one counts for nothing: FreeIPMI 1.6.10 fills up with them. */
  write(offset: number, data: Uint8Array): void {
    const end = offset + data.length
    if (end > this.limit + 1) throw new BmcError('out-of-range', `a text of up to ${this.limit} bytes`)
    const whole = new Uint8Array(end)
    whole.set(this.bytes.subarray(0, offset))
    whole.set(data, offset)
    const nul = whole.indexOf(0)
    const text = nul < 0 ? whole : whole.subarray(0, nul)
    if (text.length > this.limit) throw new BmcError('out-of-range', `a text of up to ${this.limit} bytes`)
    storeBytes(this.#store, this.#key, text)
  }
}
