import { Listeners } from '../base/listeners.ts'
import { fromFixedText } from '../ipmi/layout.ts'
import { atLeast, type Privilege, PrivilegeLevel, privilegeOf } from '../ipmi/privilege.ts'
import { privilegeOfWord, type UserSeed } from './seeds.ts'
import type { Store } from './store.ts'
import { storeBytes, storedBoolean, storedBytes } from './stored.ts'

export interface User {
  readonly id: number
  /** Latin-1, up to 16 characters; empty: the null user, or a free entry. */
  readonly name: string
  readonly enabled: boolean
  /** 20 bytes, NUL padded. */
  readonly password: Uint8Array
  /** The form it was set in; Set User Password's test insists on it (IPMI 2.0 §22.30). */
  readonly passwordSize: 16 | 20
  access(channel: number): UserAccess
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

/** The user table: every ID from 1 on is there, free entries without name, password and access. */
export class Users {
  readonly maximum: number
  readonly #store: Store
  readonly #entries: readonly Entry[]
  readonly #lockedOut = new Listeners<[userId: number, channel: number | undefined]>()

  constructor(store: Store, seeds: readonly UserSeed[], maximum = MAXIMUM) {
    this.maximum = maximum
    this.#store = store
    this.#entries = Array.from({ length: this.maximum }, (_, i) => {
      const id = i + 1
      return new Entry(
        store,
        id,
        seeds.find((seed) => seed.id === id),
      )
    })
  }

  get(id: number): User | undefined {
    return this.#entries[id - 1]
  }

  get all(): readonly User[] {
    return this.#entries
  }

  get enabledCount(): number {
    return this.#entries.filter((entry) => entry.enabled).length
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
    storeBytes(this.#store, `user.${id}.name`, Buffer.from(name, 'latin1'))
    this.#entry(id).name = name
  }

  setPassword(id: number, password: Uint8Array, size: 16 | 20): void {
    this.#store.set(`user.${id}.password`, { size, bytes: Buffer.from(password).toString('hex') })
    const entry = this.#entry(id)
    entry.password = padded(password)
    entry.passwordSize = size
  }

  setEnabled(id: number, enabled: boolean): void {
    this.#store.set(`user.${id}.enabled`, enabled)
    this.#entry(id).enabled = enabled
    if (!enabled) this.#lockedOut.call(id, undefined)
  }

  setAccess(id: number, channel: number, access: UserAccess): void {
    this.#store.set(`user.${id}.access.${channel}`, { ...access, privilege: levelOfAccess(access.privilege) })
    const entry = this.#entry(id)
    entry.byChannel.set(channel, access)
    if (!mayLogIn(entry, channel)) this.#lockedOut.call(id, channel)
  }

  /** A user who may no longer log in, on one channel or (undefined) on any; his sessions end. */
  onLockedOut(fn: (userId: number, channel: number | undefined) => void): () => void {
    return this.#lockedOut.add(fn)
  }

  #entry(id: number): Entry {
    const entry = this.#entries[id - 1]
    if (entry === undefined) throw new RangeError(`no user ${id}`)
    return entry
  }
}

/** A user's limit as four bits: 1..5, or Fh for no access (§22.26). */
export function levelOfAccess(privilege: Privilege | 'No Access'): number {
  return privilege === 'No Access' ? NO_ACCESS_LEVEL : PrivilegeLevel[privilege]
}

/** The limit that four bits mean, or undefined for a reserved value. */
export function accessOfLevel(level: number): Privilege | 'No Access' | undefined {
  return level === NO_ACCESS_LEVEL ? 'No Access' : privilegeOf(level)
}

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
  readonly byChannel = new Map<number, UserAccess>()
  readonly #seeded: UserAccess

  constructor(store: Store, id: number, seed: UserSeed | undefined) {
    this.id = id
    const name = storedBytes(store, `user.${id}.name`) ?? seed?.name ?? new Uint8Array()
    this.name = fromFixedText(name)
    this.enabled = storedBoolean(store, `user.${id}.enabled`) ?? seed?.enabled ?? false
    const stored = storedPassword(store.get(`user.${id}.password`))
    const password = seed?.password ?? new Uint8Array()
    this.password = padded(stored?.bytes ?? password)
    this.passwordSize = stored?.size ?? (password.length > 16 ? 20 : 16)
    this.#seeded =
      seed === undefined
        ? noAccess
        : {
            ...noAccess,
            privilege: privilegeOfWord[seed.privilege],
            sessionLimit: seed.maxSessions,
          }
    for (let channel = 0; channel < 16; channel++) {
      const access = storedAccess(store.get(`user.${id}.access.${channel}`))
      if (access !== undefined) this.byChannel.set(channel, access)
    }
  }

  access(channel: number): UserAccess {
    return this.byChannel.get(channel) ?? this.#seeded
  }
}

function padded(password: Uint8Array): Uint8Array {
  const fixed = new Uint8Array(PASSWORD_BYTES)
  fixed.set(password.subarray(0, PASSWORD_BYTES))
  return fixed
}

function storedPassword(value: unknown): { size: 16 | 20; bytes: Uint8Array } | undefined {
  if (typeof value !== 'object' || value === null || !('size' in value) || !('bytes' in value)) return undefined
  const { size, bytes } = value
  if ((size !== 16 && size !== 20) || typeof bytes !== 'string') return undefined
  return { size, bytes: Buffer.from(bytes, 'hex') }
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
