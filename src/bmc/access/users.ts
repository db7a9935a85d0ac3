import { timingSafeEqual } from 'node:crypto'
import { BmcError } from '../../base/errors.ts'
import { LazyMap } from '../../base/lazy-map.ts'
import { Listeners } from '../../base/listeners.ts'
import { fromFixedText } from '../../ipmi/layout.ts'
import { atLeast, type Privilege, PrivilegeLevel, privilegeOf } from '../../ipmi/privilege.ts'
import { privilegeOfWord, type UserSeed } from '../seeds.ts'
import { MemoryStore, type Store } from '../store.ts'
import { storeBytes, storedBoolean, storedBytes, storedSecret } from '../stored.ts'

export interface User {
  readonly id: number
  /** Latin-1, up to 16 characters; empty: the null user, or a free entry. */
  readonly name: string
  readonly enabled: boolean
  /** 20 bytes, NUL padded. */
  readonly password: Uint8Array
  /** The form it was set in; Set User Password's test insists on it (IPMI 2.0 §22.30). */
  readonly passwordSize: 16 | 20
  /** One that is too long for IPMI, which then has a password that nobody knows. */
  readonly longPassword: Uint8Array | undefined
  access(channel: number): UserAccess
  /** The same without regard to a lock-out. */
  configuredAccess(channel: number): UserAccess
}

/** What a user may do on one channel (§22.26). */
export interface UserAccess {
  readonly privilege: Privilege | 'No Access'
  /** May log in on this channel at all. */
  readonly ipmiMessaging: boolean
  readonly linkAuthentication: boolean
  readonly callbackOnly: boolean
  /** Sessions at a time; 0: no limit. */
  readonly sessionLimit: number
}

/** A free entry. Messaging stands on, so that a name, a password, a limit and "enable" make a user who can log in. */
const noAccess: UserAccess = {
  privilege: 'No Access',
  ipmiMessaging: true,
  linkAuthentication: false,
  callbackOnly: false,
  sessionLimit: 0,
}

const PASSWORD_BYTES = 20
const NO_ACCESS_LEVEL = 0x0f

/** As many as the protocol has room for (§22.26). */
const MAXIMUM = 63

/**
 * The user table: every ID from 1 on is there, free entries without name, password and access. All BMCs show the same free
 * entries; one of their own begins where a seed or the store has something to say, or with the first change.
 */
export class Users {
  readonly maximum: number
  readonly #store: Store
  readonly #seeds: readonly UserSeed[]
  /** By ID, upwards. */
  #entries: readonly Entry[] = []
  #anyLocked: boolean
  /** Where users are kept who are not on disk, by ID. */
  readonly #temporary = new LazyMap<number, Store>()
  readonly #lockedOut = new Listeners<[userId: number, channel: number | undefined]>()

  constructor(store: Store, seeds: readonly UserSeed[], maximum = MAXIMUM) {
    this.maximum = maximum
    this.#store = store
    this.#seeds = seeds
    const ids = new Set(seeds.map((seed) => seed.id))
    for (const key of store.keys()) {
      const id = Number(/^user\.(\d+)\./.exec(key)?.[1])
      if (id >= 1 && id <= maximum) ids.add(id)
    }
    for (const id of ids) this.#entry(id)
    this.#anyLocked = this.locked.length > 0
  }

  get(id: number): User | undefined {
    return this.#entries.find((entry) => entry.id === id) ?? (id <= this.maximum ? freeEntries[id - 1] : undefined)
  }

  /** Nobody finds him on disk, and he is gone with the process. On every channel, by the long password only. Returns his ID. */
  addTemporary({ name, password, unknown, privilege }: TemporaryUser): number {
    // From the top: whoever adds users by hand begins at the bottom.
    const free = [...this.all].reverse().find((user) => user.id > 1 && user.name === '' && !user.enabled)
    if (free === undefined) throw new BmcError('full', `there is room for ${this.maximum} users; delete one first`)
    const { id } = free
    this.#temporary.set(id, new MemoryStore())
    this.#entries = this.#entries.filter((entry) => entry.id !== id)
    this.setLongPassword(id, password, unknown)
    for (let channel = 0; channel < 16; channel++) this.setAccess(id, channel, { ...noAccess, privilege })
    this.setName(id, name)
    this.setEnabled(id, true)
    return id
  }

  isTemporary(id: number): boolean {
    return this.#temporary.get(id) !== undefined
  }

  /** Of one who was added so, or of all; their sessions end, and their entries are free again. */
  removeTemporary(id?: number): void {
    for (const one of this.all.map((user) => user.id)) {
      if (!this.isTemporary(one) || (id !== undefined && id !== one)) continue
      this.#temporary.delete(one)
      this.#entries = this.#entries.filter((entry) => entry.id !== one)
      this.#lockedOut.call(one, undefined)
    }
    this.#anyLocked = this.locked.length > 0
  }

  get all(): readonly User[] {
    return freeEntries.slice(0, this.maximum).map((free) => this.get(free.id) ?? free)
  }

  get enabled(): readonly User[] {
    return this.#entries.filter((entry) => entry.enabled)
  }

  get enabledCount(): number {
    return this.enabled.length
  }

  /**
   * Whom a login means (§13.20, RAKP message 1): the first user of that name who may log in on the channel. With a
   * level, that level chooses among users who share the name: one limited to exactly it first, else one allowed more.
   */
  find(name: string, channel: number, level?: Privilege): User | undefined {
    const named = this.#entries.filter((entry) => entry.name === name && mayLogIn(entry, channel))
    if (level === undefined) return named[0]
    const limit = (entry: Entry) => entry.access(channel).privilege
    return (
      named.find((entry) => limit(entry) === level) ??
      named.find((entry) => {
        const privilege = limit(entry)
        return privilege !== 'No Access' && atLeast(privilege, level)
      })
    )
  }

  setName(id: number, name: string): void {
    storeBytes(this.#storeOf(id), `user.${id}.name`, Buffer.from(name, 'latin1'))
    this.#entry(id).name = name
  }

  setPassword(id: number, password: Uint8Array, size: 16 | 20): void {
    // As long as its form, whatever the password: what is sealed does not tell its length.
    this.#storeOf(id).setSecret(`user.${id}.password`, padded(password).subarray(0, size))
    const entry = this.#entry(id)
    entry.password = padded(password)
    entry.passwordSize = size
    if (entry.longPassword === undefined) return
    this.#storeOf(id).setSecret(`user.${id}.long-password`, new Uint8Array())
    entry.longPassword = undefined
  }

  /**
   * A password for doors that take longer ones than IPMI (IPMI 2.0 §22.30 has 20 bytes). `unknown`: what IPMI is to have meanwhile,
   * bytes that nobody knows.
   */
  setLongPassword(id: number, password: Uint8Array, unknown: Uint8Array): void {
    this.setPassword(id, unknown, PASSWORD_BYTES)
    this.#storeOf(id).setSecret(`user.${id}.long-password`, password)
    this.#entry(id).longPassword = password.slice()
  }

  setEnabled(id: number, enabled: boolean): void {
    this.#storeOf(id).set(`user.${id}.enabled`, enabled)
    const entry = this.#entry(id)
    entry.enabled = enabled
    // Who enables a user wants him to get in.
    if (enabled && entry.lockedOn.size > 0) this.#setLocked(entry, [])
    if (!enabled) this.#lockedOut.call(id, undefined)
  }

  setAccess(id: number, channel: number, access: UserAccess): void {
    this.#storeOf(id).set(`user.${id}.access.${channel}`, { ...access, privilege: levelOfAccess(access.privilege) })
    const entry = this.#entry(id)
    entry.byChannel.set(channel, access)
    if (!mayLogIn(entry, channel)) this.#lockedOut.call(id, channel)
  }

  /** Whether `locked` has any; asked once a second of every BMC. */
  get anyLocked(): boolean {
    return this.#anyLocked
  }

  /** Those whom too many wrong passwords keep off a channel (LAN parameter 26). */
  get locked(): readonly { readonly userId: number; readonly channel: number }[] {
    return this.#entries.flatMap(({ id, lockedOn }) => [...lockedOn].map((channel) => ({ userId: id, channel })))
  }

  /** As if his messaging were switched off there (Set User Access), and kept as that is; his sessions go on. */
  lock(id: number, channel: number): void {
    const entry = this.#entry(id)
    this.#setLocked(entry, [...new Set([...entry.lockedOn, channel])])
  }

  unlock(id: number, channel: number): void {
    const entry = this.#entry(id)
    if (!entry.lockedOn.has(channel)) return
    this.#setLocked(
      entry,
      [...entry.lockedOn].filter((one) => one !== channel),
    )
  }

  #setLocked(entry: Entry, channels: readonly number[]): void {
    this.#storeOf(entry.id).set(`user.${entry.id}.locked`, channels)
    entry.lockedOn = channels.length === 0 ? nowhere : new Set(channels)
    this.#anyLocked = this.locked.length > 0
  }

  /** A user who may no longer log in, on one channel or (undefined) on any; his sessions end. */
  onLockedOut(fn: (userId: number, channel: number | undefined) => void): () => void {
    return this.#lockedOut.add(fn)
  }

  #storeOf(id: number): Store {
    return this.#temporary.get(id) ?? this.#store
  }

  /** The entry that is this BMC's own, made when there is none yet. */
  #entry(id: number): Entry {
    const known = this.#entries.find((entry) => entry.id === id)
    if (known !== undefined) return known
    if (id < 1 || id > this.maximum) throw new RangeError(`no user ${id}`)
    const seed = this.#seeds.find((one) => one.id === id)
    const temporary = this.#temporary.get(id)
    const entry = temporary ? new Entry(temporary, id, undefined) : new Entry(this.#store, id, seed)
    this.#entries = this.#entries.concat([entry]).sort((a, b) => a.id - b.id)
    return entry
  }
}

interface TemporaryUser {
  readonly name: string
  readonly password: Uint8Array
  /** What IPMI has for his password. */
  readonly unknown: Uint8Array
  readonly privilege: Privilege
}

/** Whether it is this user's password, in a time that does not tell how much of it is right. */
export function isPasswordOf(user: User, password: Uint8Array): boolean {
  const { longPassword } = user
  if (longPassword !== undefined) {
    return password.length === longPassword.length && timingSafeEqual(password, longPassword)
  }
  const fits = password.length <= user.passwordSize
  return timingSafeEqual(padded(password), user.password) && fits
}

/** Whether a password can be IPMI's too. */
export function fitsIpmi(password: Uint8Array): boolean {
  return password.length <= PASSWORD_BYTES
}

/** A user's limit as four bits: 1..5, or Fh for no access (§22.26). */
export function levelOfAccess(privilege: Privilege | 'No Access'): number {
  return privilege === 'No Access' ? NO_ACCESS_LEVEL : PrivilegeLevel[privilege]
}

/** The limit that four bits mean, or undefined for a reserved value. */
export function accessOfLevel(level: number): Privilege | 'No Access' | undefined {
  return level === NO_ACCESS_LEVEL ? 'No Access' : privilegeOf(level)
}

const nowhere: ReadonlySet<number> = new Set()

function mayLogIn(entry: Entry, channel: number): boolean {
  const access = entry.access(channel)
  return entry.enabled && access.ipmiMessaging && access.privilege !== 'No Access'
}

class Entry implements User {
  readonly id: number
  name: string
  enabled: boolean
  password: Uint8Array
  passwordSize: 16 | 20
  longPassword: Uint8Array | undefined
  readonly byChannel = new LazyMap<number, UserAccess>()
  lockedOn: ReadonlySet<number>
  readonly #seeded: UserAccess

  constructor(store: Store, id: number, seed: UserSeed | undefined) {
    this.id = id
    const name = storedBytes(store, `user.${id}.name`) ?? seed?.name ?? new Uint8Array()
    this.name = fromFixedText(name)
    this.enabled = storedBoolean(store, `user.${id}.enabled`) ?? seed?.enabled ?? false
    const stored = storedSecret(store, `user.${id}.password`, passwordInClear)
    const password = stored ?? seed?.password ?? new Uint8Array()
    this.password = padded(password)
    this.passwordSize = password.length > 16 ? 20 : 16
    const long = store.getSecret(`user.${id}.long-password`)
    this.longPassword = long === undefined || long.length === 0 ? undefined : long
    this.#seeded =
      seed === undefined
        ? noAccess
        : {
            ...noAccess,
            privilege: privilegeOfWord[seed.privilege],
            sessionLimit: seed.maxSessions,
          }
    const locked = store.get(`user.${id}.locked`)
    const channels = Array.isArray(locked) ? locked.filter((channel) => Number.isInteger(channel)) : []
    this.lockedOn = channels.length === 0 ? nowhere : new Set(channels)
    for (let channel = 0; channel < 16; channel++) {
      const access = storedAccess(store.get(`user.${id}.access.${channel}`))
      if (access !== undefined) this.byChannel.set(channel, access)
    }
  }

  access(channel: number): UserAccess {
    const access = this.configuredAccess(channel)
    return this.lockedOn.has(channel) ? { ...access, ipmiMessaging: false } : access
  }

  configuredAccess(channel: number): UserAccess {
    return this.byChannel.get(channel) ?? this.#seeded
  }
}

const freeEntries: readonly User[] = Array.from({ length: MAXIMUM }, (_, i) => ({
  id: i + 1,
  name: '',
  enabled: false,
  password: new Uint8Array(PASSWORD_BYTES),
  passwordSize: 16,
  longPassword: undefined,
  access: () => noAccess,
  configuredAccess: () => noAccess,
}))

function padded(password: Uint8Array): Uint8Array {
  const fixed = new Uint8Array(PASSWORD_BYTES)
  fixed.set(password.subarray(0, PASSWORD_BYTES))
  return fixed
}

/** What versions before sealed secrets wrote. */
function passwordInClear(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null || !('size' in value) || !('bytes' in value)) return undefined
  const { size, bytes } = value
  if ((size !== 16 && size !== 20) || typeof bytes !== 'string') return undefined
  return padded(Buffer.from(bytes, 'hex')).subarray(0, size)
}

function storedAccess(value: unknown): UserAccess | undefined {
  if (typeof value !== 'object' || value === null || !('privilege' in value)) return undefined
  const privilege = accessOfLevel(Number(value.privilege))
  if (privilege === undefined) return undefined
  const is = (key: keyof UserAccess) => Object.entries(value).some(([name, set]) => name === key && set === true)
  const limit = 'sessionLimit' in value ? Number(value.sessionLimit) : 0
  return {
    privilege,
    ipmiMessaging: is('ipmiMessaging'),
    linkAuthentication: is('linkAuthentication'),
    callbackOnly: is('callbackOnly'),
    sessionLimit: Number.isInteger(limit) ? limit : 0,
  }
}
