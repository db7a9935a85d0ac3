import type { AuthWord, IdentityConfig } from '../identity.ts'
import type { SensorTypeWord, UnitWord } from './words.ts'

/** What a personality's folder says: data of a kind of server, shared by all nodes that have it. */
export interface Personality {
  /** Its folder's. */
  readonly name: string
  readonly description: string
  /** In the record of the BMC itself. */
  readonly controllerName: string
  readonly device: Omit<IdentityConfig, 'guid'>
  readonly lan: {
    readonly channel: number
    /** IPMI 1.5; none: no 1.5 sessions. */
    readonly authTypes: readonly AuthWord[]
    /** On offer, of those that there are; undefined: all but 0. */
    readonly cipherSuites: readonly number[] | undefined
  }
  /** User IDs that there are. */
  readonly users: number
  readonly sel: { readonly records: number }
  readonly sdr: { readonly firstId: number; readonly step: number }
  /** Standard commands that such a BMC does not know. */
  readonly unanswered: readonly CommandNumber[]
  readonly oem: OemConfig | undefined
  readonly sensors: readonly SensorConfig[]
  readonly frus: readonly FruConfig[]
  readonly redfish: RedfishLayoutConfig
}

type NumberedWord = 'processor' | 'memory' | 'nic' | 'networkCard' | 'managerNic' | 'drive'
type PartWord = NumberedWord | 'storage' | 'storageController' | 'cd' | 'usb' | 'sel'

/** What its Redfish calls things, and has besides. */
export interface RedfishLayoutConfig {
  /** ServiceRoot's; undefined: what the FRU says, and bmcsim. */
  readonly vendor: string | undefined
  readonly product: string | undefined
  /** Of its three resources. */
  readonly ids: Readonly<Record<'system' | 'manager' | 'chassis', string>>
  /** Ids of its parts: `{n}` is the number from 1 on, `{i}` from 0 on. */
  readonly parts: Readonly<Record<PartWord, string>>
  /** Paths without their ids: what such a service does not have. */
  readonly without: readonly string[]
  /** What is in `Oem`, by resource. */
  readonly oem: Readonly<Partial<Record<'root' | 'system' | 'manager' | 'chassis', Readonly<Record<string, unknown>>>>>
}

export interface CommandNumber {
  readonly netFn: number
  readonly cmd: number
}

/** Which maker's commands are answered besides, and the facts that they tell. */
export type OemConfig = DellConfig | SupermicroConfig | OpenBmcConfig

export interface DellConfig {
  readonly commands: 'dell'
  readonly model: string
  readonly serviceTag: string
  readonly boardRevision: string
  readonly systemRevision: number
  /** Which controller it is: 10h and 20h are the later ones of rack servers. */
  readonly controllerType: number
  readonly firmware: string
  readonly powerSupply: { readonly watts: number; readonly volts: number; readonly firmware: string }
}

export interface SupermicroConfig {
  readonly commands: 'supermicro'
  readonly build: number
  readonly hardwareId: number
  readonly tag: string
}

export interface OpenBmcConfig {
  readonly commands: 'openbmc'
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
