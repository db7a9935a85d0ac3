import { type CipherSuite, cipherSuites } from '../../ipmi/cipher-suites.ts'
import { lowest, type Privilege, privilegeOf } from '../../ipmi/privilege.ts'
import type { AuthTypeName } from '../../ipmi/session15.ts'
import { type AddressSeed, type ChannelSeed, privilegeOfWord } from '../seeds.ts'
import type { Store } from '../store.ts'
import { bytesOfHex, storeBytes, storedBoolean, storedBytes, storedSecret } from '../stored.ts'
import type { UserAccess } from './users.ts'

/** "The channel this request came over" (IPMI 2.0 §6.3, Table 6-1). */
export const PRESENT_CHANNEL = 0x0e
export const SYSTEM_CHANNEL = 0x0f

export const accessModes = ['disabled', 'pre-boot', 'always', 'shared'] as const
export type AccessMode = (typeof accessModes)[number]

/** Set Channel Access (§22.22); true means that the thing is on, the opposite of the wire's disable bits. */
export interface ChannelAccess {
  readonly mode: AccessMode
  readonly perMessageAuth: boolean
  readonly userLevelAuth: boolean
  readonly pefAlerting: boolean
  readonly privilegeLimit: Privilege
}

export type AuthTypesByLevel = Readonly<Record<Privilege, readonly AuthTypeName[]>>

const authTypeBits = { none: 0x01, md2: 0x02, md5: 0x04, straight: 0x10 } as const
const authLevels = ['Callback', 'User', 'Operator', 'Administrator', 'OEM'] as const

/** Authentication types as the bit mask of §22.13 and of LAN parameters 1 and 2. */
export function authTypeMask(types: readonly AuthTypeName[]): number {
  return types.reduce((mask, type) => mask | authTypeBits[type], 0)
}

export function authTypesOfMask(mask: number): readonly AuthTypeName[] {
  const all: readonly AuthTypeName[] = ['none', 'md2', 'md5', 'straight']
  return all.filter((type) => (mask & authTypeBits[type]) !== 0)
}

export class Channel {
  readonly number: number
  readonly medium: 'lan' | 'system'
  readonly addresses: readonly AddressSeed[]
  /** Six bytes. */
  readonly mac: Uint8Array
  /** The configuration has the address leased. */
  readonly dhcp: boolean
  /** The suites on offer, in the order of LAN parameter 23. */
  readonly suites: readonly CipherSuite[]
  /** The volatile settings: what counts now. */
  access: ChannelAccess
  /** What counts from the next start or Cold Reset on. */
  nonVolatileAccess: ChannelAccess
  /** IPMI 1.5 authentication types enabled for each level. */
  authTypes: AuthTypesByLevel
  /** K_g, or undefined for one-key logins: the user's key stands in (§13.33). */
  kg: Uint8Array | undefined
  kgLocked: boolean
  readonly #store: Store
  #suiteLevels: Uint8Array

  constructor(store: Store, medium: 'lan' | 'system', seed: ChannelSeed) {
    this.#store = store
    this.number = seed.number
    this.medium = medium
    this.addresses = seed.addresses
    this.mac = seed.mac
    this.dhcp = seed.dhcp ?? false
    this.suites = medium === 'lan' ? cipherSuites.filter(({ id }) => isOffered(seed, id)) : []
    this.nonVolatileAccess = storedAccess(store.get(this.#key('access'))) ?? {
      mode: 'always',
      perMessageAuth: seed.perMessageAuthentication,
      userLevelAuth: true,
      pefAlerting: seed.pefAlerting,
      privilegeLimit: privilegeOfWord[seed.privilegeLimit],
    }
    this.access = this.nonVolatileAccess
    this.authTypes = authTypesOfBytes(storedBytes(store, this.#key('auth-types'), 5)) ?? {
      Callback: seed.authTypes.callback,
      User: seed.authTypes.user,
      Operator: seed.authTypes.operator,
      Administrator: seed.authTypes.admin,
      OEM: [],
    }
    this.kg = oneKeyIfZero(storedSecret(store, this.#key('kg'), (value) => bytesOfHex(value, 20)) ?? seed.kg)
    this.kgLocked = storedBoolean(store, this.#key('kg-locked')) ?? false
    this.#suiteLevels = storedBytes(store, this.#key('suite-levels'), SUITE_LEVEL_BYTES) ?? highest(this.suites)
  }

  /** The highest level a session with this suite may reach (LAN parameter 24), or undefined: not to be used. */
  suitePrivilege(id: number): Privilege | undefined {
    if (!this.suites.some((suite) => suite.id === id)) return undefined
    return id < LIMITED_SUITES ? privilegeOf(suiteLevel(this.#suiteLevels, id)) : 'Administrator'
  }

  supportsSuite(id: number): boolean {
    return this.suitePrivilege(id) !== undefined
  }

  setVolatileAccess(access: ChannelAccess): void {
    this.access = access
  }

  setNonVolatileAccess(access: ChannelAccess): void {
    this.#store.set(this.#key('access'), { ...access })
    this.nonVolatileAccess = access
  }

  setAuthTypes(authTypes: AuthTypesByLevel): void {
    storeBytes(this.#store, this.#key('auth-types'), authTypeBytes(authTypes))
    this.authTypes = authTypes
  }

  /** All zeros: back to one-key logins. */
  setKg(kg: Uint8Array): void {
    this.#store.setSecret(this.#key('kg'), kg)
    this.kg = oneKeyIfZero(kg.slice())
  }

  /** K_g can be neither read nor set over IPMI any more (§22.25). */
  lockKg(): void {
    this.#store.set(this.#key('kg-locked'), true)
    this.kgLocked = true
  }

  /** LAN parameter 24 as it lies on the wire, what was set for suites that are not on offer included. */
  get suiteLevels(): Uint8Array {
    return this.#suiteLevels
  }

  setSuiteLevels(levels: Uint8Array): void {
    storeBytes(this.#store, this.#key('suite-levels'), levels)
    this.#suiteLevels = levels.slice()
  }

  #key(name: string): string {
    return `channel.${this.number}.${name}`
  }
}

function isOffered({ allowCipherSuite0, cipherSuites: offered }: ChannelSeed, id: number): boolean {
  return id === 0 ? allowCipherSuite0 : (offered?.includes(id) ?? true)
}

/** The channels of one BMC: its LAN channels and the system interface, where the guest asks. */
export class Channels {
  readonly lan: readonly Channel[]
  readonly system: Channel

  constructor(store: Store, seeds: readonly ChannelSeed[]) {
    this.lan = seeds.map((seed) => new Channel(store, 'lan', seed))
    this.system = new Channel(store, 'system', {
      number: SYSTEM_CHANNEL,
      addresses: [],
      mac: new Uint8Array(6),
      privilegeLimit: 'admin',
      authTypes: { callback: [], user: [], operator: [], admin: [] },
      perMessageAuthentication: false,
      pefAlerting: false,
      kg: undefined,
      allowCipherSuite0: false,
    })
  }

  get(number: number): Channel | undefined {
    return number === SYSTEM_CHANNEL ? this.system : this.lan.find((channel) => channel.number === number)
  }

  /** Eh means the channel that the request came over. */
  resolve(number: number, by: { readonly channel: number }): Channel | undefined {
    return this.get(number === PRESENT_CHANNEL ? by.channel : number)
  }

  /** What a Cold Reset does to settings that are kept in memory only. */
  forgetVolatile(): void {
    for (const channel of [...this.lan, this.system]) channel.access = channel.nonVolatileAccess
  }
}

/** The least of the three limits (§13.18), or undefined where no login is possible. No suite: an IPMI 1.5 session. */
export function maximumPrivilege(user: UserAccess, channel: Channel, suiteId?: number): Privilege | undefined {
  if (user.privilege === 'No Access' || !user.ipmiMessaging || channel.access.mode === 'disabled') return undefined
  const byChannel = lowest(user.callbackOnly ? 'Callback' : user.privilege, channel.access.privilegeLimit)
  if (suiteId === undefined) return byChannel
  const bySuite = channel.suitePrivilege(suiteId)
  return bySuite && lowest(byChannel, bySuite)
}

/** LAN parameter 24: a reserved byte, then four bits for each of 16 suites, low half first; 0: not to be used. */
const LIMITED_SUITES = 16
export const SUITE_LEVEL_BYTES = 1 + LIMITED_SUITES / 2

/**
 * Table 23-4 counts the entries of parameter 23. Clients count suite numbers (ipmitool 1.8.19's `cipher_privs`, FreeIPMI
 * 1.6.10's Rmcpplus_Conf_Privilege), and as hardware does the same, so do we. Suites 16 and 17 have no place then, and
 * no limit.
 */
export function suiteLevel(levels: Uint8Array, id: number): number {
  const pair = levels[1 + (id >> 1)]
  return id % 2 === 0 ? pair & 0x0f : pair >> 4
}

function highest(suites: readonly CipherSuite[]): Uint8Array {
  const levels = new Uint8Array(SUITE_LEVEL_BYTES)
  for (const { id } of suites) {
    if (id < LIMITED_SUITES) levels[1 + (id >> 1)] |= id % 2 === 0 ? 0x04 : 0x40
  }
  return levels
}

/** LAN parameter 2: one mask a level, Callback first. */
export function authTypeBytes(authTypes: AuthTypesByLevel): Uint8Array {
  return Uint8Array.from(authLevels, (level) => authTypeMask(authTypes[level]))
}

export function authTypesOfBytes(masks: Uint8Array | undefined): AuthTypesByLevel | undefined {
  if (masks === undefined) return undefined
  const [Callback, User, Operator, Administrator, OEM] = Array.from(masks, authTypesOfMask)
  return { Callback, User, Operator, Administrator, OEM }
}

/** §13.33: a K_g of all zeros means one-key logins. */
function oneKeyIfZero(kg: Uint8Array | undefined): Uint8Array | undefined {
  return kg?.some((byte) => byte !== 0) ? kg : undefined
}

function storedAccess(value: unknown): ChannelAccess | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const facts = new Map<string, unknown>(Object.entries(value))
  const mode = accessModes.find((word) => word === facts.get('mode'))
  const privilegeLimit = authLevels.find((word) => word === facts.get('privilegeLimit'))
  if (mode === undefined || privilegeLimit === undefined) return undefined
  return {
    mode,
    privilegeLimit,
    perMessageAuth: facts.get('perMessageAuth') === true,
    userLevelAuth: facts.get('userLevelAuth') === true,
    pefAlerting: facts.get('pefAlerting') === true,
  }
}
