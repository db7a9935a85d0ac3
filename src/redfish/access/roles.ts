import type { User } from '../../bmc/access/users.ts'

/** The standard privileges and the predefined roles that have them (DSP0266 §13.2.8). */
export const rolePrivileges = {
  Administrator: ['Login', 'ConfigureManager', 'ConfigureUsers', 'ConfigureComponents', 'ConfigureSelf'],
  Operator: ['Login', 'ConfigureComponents', 'ConfigureSelf'],
  ReadOnly: ['Login', 'ConfigureSelf'],
} as const

export type RoleName = keyof typeof rolePrivileges

export const roleNames = ['Administrator', 'Operator', 'ReadOnly'] as const

type AccessPrivilege = ReturnType<User['access']>['privilege']

/** IPMI's privilege limit is the role, and the other way round: one user, one word for what he may. */
const roleOfPrivilege: Readonly<Record<AccessPrivilege, RoleName | undefined>> = {
  'No Access': undefined,
  Callback: 'ReadOnly',
  User: 'ReadOnly',
  Operator: 'Operator',
  Administrator: 'Administrator',
  OEM: 'Administrator',
}

export function roleOf(user: User, channel: number): RoleName | undefined {
  return roleOfPrivilege[user.configuredAccess(channel).privilege]
}

export const privilegeOfRole = { Administrator: 'Administrator', Operator: 'Operator', ReadOnly: 'User' } as const

export function isRole(word: string): word is RoleName {
  return Object.hasOwn(rolePrivileges, word)
}
