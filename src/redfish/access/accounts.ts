import { BmcError } from '../../base/errors.ts'
import type { BadPasswordRule } from '../../bmc/access/login-guard.ts'
import { fitsIpmi, isPasswordOf, type User } from '../../bmc/access/users.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { about, fault, RedfishError, refuse } from '../faults.ts'
import { channelOf } from './authenticate.ts'
import { privilegeOfRole, type RoleName, roleOf } from './roles.ts'

export const passwordLengths = { shortest: 1, longest: 64 } as const

/** IPMI 2.0 §22.28 */
const NAME_BYTES = 16
/** The user without a name (§22.26). */
const NULL_USER = 1

/** The users of IPMI as accounts: one table, seen through another door. */
export class Accounts {
  readonly #bmc: Bmc

  constructor(bmc: Bmc) {
    this.#bmc = bmc
  }

  get all(): readonly Account[] {
    return this.#bmc.users.all.filter(isAccount).map((user) => new Account(this.#bmc, user))
  }

  get(id: string): Account | undefined {
    return this.all.find((account) => String(account.id) === id)
  }

  /** Returns the user ID. */
  add(name: string, password: string, role: RoleName, enabled: boolean): number {
    const { users } = this.#bmc
    checkName(this.#bmc, name, undefined)
    checkPassword(password)
    const free = users.all.find(({ id, name }) => id > NULL_USER && name === '')
    if (free === undefined) throw new BmcError('full', `IPMI has room for ${users.maximum} users; delete one first`)
    const account = new Account(this.#bmc, free)
    account.setPassword(password)
    account.setRole(role)
    users.setName(free.id, name)
    account.setEnabled(enabled)
    return free.id
  }

  get lockout(): BadPasswordRule {
    const none: BadPasswordRule = { event: false, threshold: 0, resetInterval: 0, lockoutInterval: 0 }
    return this.#bmc.lanConfiguration(channelOf(this.#bmc))?.badPasswords ?? none
  }

  setLockout(change: Partial<BadPasswordRule>): void {
    this.#bmc.lanConfiguration(channelOf(this.#bmc))?.setBadPasswords({ ...this.lockout, ...change })
  }
}

export class Account {
  readonly id: number
  readonly #bmc: Bmc

  constructor(bmc: Bmc, { id }: User) {
    this.#bmc = bmc
    this.id = id
  }

  get name(): string {
    return this.#user.name
  }

  get role(): RoleName {
    return roleOf(this.#user, channelOf(this.#bmc)) ?? 'ReadOnly'
  }

  get enabled(): boolean {
    return this.#user.enabled
  }

  get locked(): boolean {
    return this.#bmc.users.locked.some(({ userId, channel }) => userId === this.id && channel === channelOf(this.#bmc))
  }

  /** False: the user logs in everywhere but over IPMI. */
  get fitsIpmi(): boolean {
    return this.#user.longPassword === undefined
  }

  /** One of the guest's, which ends with a reset (DSP0270 §9). */
  get isBootstrap(): boolean {
    return this.#bmc.users.isTemporary(this.id)
  }

  setName(name: string): void {
    checkName(this.#bmc, name, this.id)
    this.#bmc.users.setName(this.id, name)
  }

  setPassword(password: string): void {
    checkPassword(password)
    const bytes = Buffer.from(password, 'utf8')
    const { users, random } = this.#bmc
    if (fitsIpmi(bytes)) users.setPassword(this.id, bytes, bytes.length > 16 ? 20 : 16)
    else users.setLongPassword(this.id, bytes, random.fill(new Uint8Array(20)))
  }

  /** On every LAN channel: Redfish knows one role. */
  setRole(role: RoleName): void {
    if (role !== 'Administrator' && this.#isLastAdministrator) throw lastAdministrator('AccountNotModified', '/RoleId')
    const { users, channels } = this.#bmc
    for (const { number } of channels.lan) {
      const access = this.#user.configuredAccess(number)
      users.setAccess(this.id, number, { ...access, ipmiMessaging: true, privilege: privilegeOfRole[role] })
    }
  }

  setEnabled(enabled: boolean): void {
    if (!enabled && this.#isLastAdministrator) throw lastAdministrator('AccountNotModified', '/Enabled')
    this.#bmc.users.setEnabled(this.id, enabled)
  }

  unlock(): void {
    for (const { userId, channel } of this.#bmc.users.locked) {
      if (userId === this.id) this.#bmc.users.unlock(userId, channel)
    }
  }

  /** The entry is free again. */
  remove(): void {
    const { users, channels } = this.#bmc
    if (this.isBootstrap) {
      users.removeTemporary(this.id)
      return
    }
    if (this.#isLastAdministrator) throw lastAdministrator('ResourceCannotBeDeleted')
    users.setEnabled(this.id, false)
    users.setName(this.id, '')
    users.setPassword(this.id, new Uint8Array(), 16)
    for (const { number } of channels.lan) {
      users.setAccess(this.id, number, { ...this.#user.configuredAccess(number), privilege: 'No Access' })
    }
  }

  isPasswordOfUser(userId: number, password: string): boolean {
    const user = this.#bmc.users.get(userId)
    return user !== undefined && isPasswordOf(user, Buffer.from(password, 'utf8'))
  }

  get #isAdministrator(): boolean {
    return this.enabled && !this.isBootstrap && this.role === 'Administrator'
  }

  /** Nobody else could make users any more, over Redfish. IPMI has no such rule (IPMI 2.0 §22.26, §22.30). */
  get #isLastAdministrator(): boolean {
    return this.#isAdministrator && new Accounts(this.#bmc).all.filter((one) => one.#isAdministrator).length === 1
  }

  get #user(): User {
    const user = this.#bmc.users.get(this.id)
    if (user === undefined) throw new RangeError(`no user ${this.id}`)
    return user
  }
}

function lastAdministrator(key: 'AccountNotModified' | 'ResourceCannotBeDeleted', pointer?: string): RedfishError {
  const detail = 'it is the only enabled account with the role Administrator; give another one that role first'
  const one = pointer === undefined ? fault(key) : about(pointer, fault(key))
  return new RedfishError(409, [{ ...one, detail }])
}

function isAccount({ id, name }: User): boolean {
  return id > NULL_USER && name !== ''
}

function checkName(bmc: Bmc, name: string, own: number | undefined): void {
  const wrong = (one: ReturnType<typeof fault>) => new RedfishError(400, [about('/UserName', one)])
  if (!/^[\x21-\x7e]+$/.test(name) || name.includes(':'))
    throw wrong(fault('PropertyValueFormatError', name, 'UserName'))
  if (name.length > NAME_BYTES) throw wrong(fault('StringValueTooLong', name, NAME_BYTES))
  if (bmc.users.all.some((user) => user.name === name && user.id !== own)) {
    throw refuse(409, 'ResourceAlreadyExists', 'ManagerAccount', 'UserName', name)
  }
}

function checkPassword(password: string): void {
  const { shortest, longest } = passwordLengths
  const size = Buffer.byteLength(password, 'utf8')
  if (size < shortest || size > longest || password.includes('\0')) {
    throw new RedfishError(400, [about('/Password', fault('PasswordIncorrectLength'))])
  }
}
