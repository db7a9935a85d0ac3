import { BmcError } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Store } from '../store.ts'
import { storedBoolean } from '../stored.ts'
import type { Users } from './users.ts'

/** What a bootstrap account may do, as a user's privilege limit. */
const levels = ['User', 'Operator', 'Administrator'] as const
export type BootstrapLevel = (typeof levels)[number]

export interface Credentials {
  readonly name: string
  readonly password: string
}

/** As long as the answer of the command has room for (DSP0270 §9). */
const PASSWORD_LETTERS = 16
const NAME_PREFIX = 'bootstrap-'
const NAME_LETTERS = 6
/** 64, so that six bits of a random byte choose one. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * Accounts that the guest gets without knowing a password (DSP0270 §9, credential bootstrapping). They are for Redfish over the host
 * interface only, are never on disk, and end when the host or the BMC is reset. The settings are kept.
 */
export class Bootstrap {
  readonly #store: Store
  readonly #random: Random
  readonly #users: Users

  constructor({ store, random, users }: BootstrapParts) {
    this.#store = store
    this.#random = random
    this.#users = users
    this.#enableAfterReset()
  }

  get enabled(): boolean {
    return storedBoolean(this.#store, 'bootstrap.enabled') ?? true
  }

  setEnabled(enabled: boolean): void {
    if (enabled !== this.enabled) this.#store.set('bootstrap.enabled', enabled)
  }

  /** Whether a reset of the host or of the BMC enables it again. */
  get enabledAfterReset(): boolean {
    return storedBoolean(this.#store, 'bootstrap.enabled-after-reset') ?? true
  }

  setEnabledAfterReset(enabled: boolean): void {
    this.#store.set('bootstrap.enabled-after-reset', enabled)
  }

  get level(): BootstrapLevel {
    const kept = this.#store.get('bootstrap.level')
    return levels.find((level) => level === kept) ?? 'Administrator'
  }

  setLevel(level: BootstrapLevel): void {
    this.#store.set('bootstrap.level', level)
  }

  /** A new account. Those before it stay: firmware and operating system ask one after another. */
  makeAccount(): Credentials {
    if (!this.enabled) throw new BmcError('wrong-state', 'credential bootstrapping is disabled')
    const name = `${NAME_PREFIX}${this.#letters(NAME_LETTERS)}`
    const password = this.#letters(PASSWORD_LETTERS)
    // What IPMI has for a password nobody knows: this account is for Redfish.
    const unknown = this.#random.fill(new Uint8Array(20))
    this.#users.addTemporary({ name, password: Buffer.from(password), unknown, privilege: this.level })
    return { name, password }
  }

  /** The host or the BMC begins again. */
  reset(): void {
    this.#users.removeTemporary()
    this.#enableAfterReset()
  }

  #enableAfterReset(): void {
    if (this.enabledAfterReset) this.setEnabled(true)
  }

  #letters(count: number): string {
    return Array.from(this.#random.fill(new Uint8Array(count)), (byte) => LETTERS[byte & 0x3f]).join('')
  }
}

interface BootstrapParts {
  readonly store: Store
  readonly random: Random
  readonly users: Users
}
