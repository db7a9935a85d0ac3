import type { SensorTypeWord, UnitWord } from './words.ts'

/** What a personality's folder says: data of a kind of server, shared by all nodes that have it. */
export interface Personality {
  readonly sensors: readonly SensorConfig[]
  readonly frus: readonly FruConfig[]
}

export type SensorConfig = AnalogSensorConfig | DiscreteSensorConfig

interface AnySensorConfig {
  readonly name: string
  readonly number: number
  readonly type: SensorTypeWord
  /** IPMI 2.0 §43.14: entity ID and instance. */
  readonly entity: readonly [number, number]
}

/** Numbers are in the sensor's unit. */
export interface AnalogSensorConfig extends AnySensorConfig {
  readonly kind: 'analog'
  readonly unit: UnitWord
  readonly scale: ScaleConfig
  readonly thresholds: Readonly<Partial<Record<'lnc' | 'lc' | 'lnr' | 'unc' | 'uc' | 'unr', number>>>
  readonly hysteresis: number
  readonly reading: {
    readonly on: number
    /** Undefined: not there while the power is off. */
    readonly off: number | undefined
    readonly start: number | undefined
    readonly wobble: number
    readonly settle: number
    /** What full work of each kind adds while the power is on. */
    readonly load: Readonly<Partial<Record<'cpu' | 'memory' | 'disk' | 'network', number>>>
    /** By the name of another sensor: what each of its units above its own `on` adds; the largest sum counts. */
    readonly follows: Readonly<Record<string, number>>
  }
}

/** Value = (m x raw + b x 10^bExponent) x 10^exponent. */
export interface ScaleConfig {
  readonly m: number
  readonly b: number
  readonly bExponent: number
  readonly exponent: number
  readonly signed: boolean
}

export interface DiscreteSensorConfig extends AnySensorConfig {
  readonly kind: 'discrete'
  /** Event/reading type code (§42.1). */
  readonly eventType: number
  /** States it can tell of. */
  readonly states: readonly number[]
  /** States that hold; undefined: not there. */
  readonly on: readonly number[] | undefined
  readonly off: readonly number[] | undefined
}

export interface FruConfig {
  readonly device: number
  readonly name: string
  readonly entity: readonly [number, number]
  /** Bytes of the EEPROM. */
  readonly size: number
  readonly chassis:
    | (Readonly<Record<'partNumber' | 'serial', string>> & {
        readonly type: number
        readonly custom: readonly string[]
      })
    | undefined
  readonly board:
    | (Readonly<Record<'manufacturer' | 'product' | 'serial' | 'partNumber' | 'fileId', string>> & {
        /** ISO date, or undefined for "unspecified". */
        readonly date: string | undefined
        readonly custom: readonly string[]
      })
    | undefined
  readonly product:
    | (Readonly<
        Record<'manufacturer' | 'name' | 'partNumber' | 'version' | 'serial' | 'assetTag' | 'fileId', string>
      > & { readonly custom: readonly string[] })
    | undefined
}
