import type { AuthTypeName } from '../ipmi/session15.ts'
import type { LanCard } from './lan/lan-card.ts'
import type { LanProgram } from './lan/lan-program.ts'
import type { SensorSeed } from './sensors/sensor-seeds.ts'
import type { EepromMemory } from './storage/eeprom.ts'

/**
 * What a BMC starts from: the configured values, as app/ hands them over. What a client changes later is kept in the
 * store and wins over the seed, field by field, so that an edit of any other field in the file still takes effect.
 */
export type PrivilegeWord = 'callback' | 'user' | 'operator' | 'admin'

export const privilegeOfWord = {
  callback: 'Callback',
  user: 'User',
  operator: 'Operator',
  admin: 'Administrator',
} as const

export interface UserSeed {
  /** 1..63; 1 is the user without a name. */
  readonly id: number
  readonly enabled: boolean
  /** Up to 16 bytes. */
  readonly name: Uint8Array
  /** Up to 20 bytes. */
  readonly password: Uint8Array
  readonly privilege: PrivilegeWord
  /** 0: no limit. */
  readonly maxSessions: number
}

export interface ChannelSeed {
  readonly number: number
  readonly addresses: readonly AddressSeed[]
  /** LAN parameter 4 is "DHCP" until somebody sets another. */
  readonly dhcp?: boolean | undefined
  /** Six bytes: LAN parameter 5 until somebody sets another. */
  readonly mac: Uint8Array
  readonly privilegeLimit: PrivilegeWord
  /** IPMI 1.5 authentication types by level; empty lists: no 1.5 sessions. */
  readonly authTypes: Readonly<Record<PrivilegeWord, readonly AuthTypeName[]>>
  readonly perMessageAuthentication: boolean
  readonly pefAlerting: boolean
  /** UDP port of the trap receivers; 162 unless given. */
  readonly trapPort?: number
  /** K_g, 20 bytes, or undefined for one-key logins (IPMI 2.0 §13.33). */
  readonly kg: Uint8Array | undefined
  readonly allowCipherSuite0: boolean
  /** On offer, of those that there are; undefined: all of them. */
  readonly cipherSuites?: readonly number[] | undefined
  /** Keeps the network settings outside; without one they are kept in the store. */
  readonly program?: LanProgram | undefined
  /** Moves the BMC when they change; without one they are only kept. */
  readonly card?: LanCard | undefined
}

export interface AddressSeed {
  readonly host: string
  readonly port: number | 'auto'
}

/** What Get Device ID answers (IPMI 2.0 §20.1). */
export interface DeviceIdentity {
  readonly deviceId: number
  readonly deviceRevision: number
  readonly providesDeviceSdrs: boolean
  readonly firmwareMajor: number
  /** BCD, as on the wire. */
  readonly firmwareMinor: number
  /** Table 20-2, byte 6: the device commands this BMC says it answers. */
  readonly deviceSupport: number
  readonly manufacturerId: number
  readonly productId: number
  /** Bytes 13 to 16, of the maker's own about its firmware; undefined: none are sent. */
  readonly auxiliary?: Uint8Array | undefined
}

/** What the SEL, SDR repository, FRU devices and sensors start from; all of it may be shared between BMCs. */
export interface StorageSeed {
  readonly sel: SelSeed
  /** Records of the main repository, with their IDs. */
  readonly sdrs: readonly Uint8Array[]
  /** Device SDRs, with their IDs, by the LUN they are asked on. */
  readonly deviceSdrs: ReadonlyMap<number, readonly Uint8Array[]>
  readonly sensors: readonly SensorSeed[]
  readonly frus: readonly FruSeed[]
}

/** How the guest's requests come to the BMC (IPMI 2.0 §9 to §12). */
export type SystemInterface = 'kcs' | 'bt' | 'ssif'

export interface SelSeed {
  /** Records. */
  readonly capacity: number
  /** IPMI 2.0 §31.2, byte 14, bits 3:0: 1 allocation info, 2 reserve, 8 delete. */
  readonly support: number
  /** Put in when there was no SEL yet. */
  readonly records: readonly Uint8Array[]
  /** Drop what comes, which is what is done unless something is said, or the oldest record for it. */
  readonly whenFull?: 'stop' | 'overwrite'
  /** Whether the SEL tells in itself that it was cleared and that it fills up. */
  readonly ownEvents?: boolean
  /** Whether logins, their ends and failures are events. */
  readonly sessionAudit?: boolean
}

export interface FruSeed {
  readonly device: number
  /** Called when somebody first asks. */
  readonly data: () => Uint8Array
  /** Read and written in place of `data`: its bytes are kept elsewhere. */
  readonly memory?: EepromMemory
}
