/** Privilege levels (IPMI 2.0 §6.8, Table 22-19). `OEM` is above Administrator on the wire and equal to it here. */
export const PrivilegeLevel = { Callback: 1, User: 2, Operator: 3, Administrator: 4, OEM: 5 } as const
export type Privilege = keyof typeof PrivilegeLevel

const names = ['Callback', 'User', 'Operator', 'Administrator', 'OEM'] as const

/** The name of a level 1..5, or undefined. */
export function privilegeOf(level: number): Privilege | undefined {
  return names[level - 1]
}

/** What `PrivilegeLevel[privilege]` is, without a look-up by name: asked with every command. */
function levelOf(privilege: Privilege): number {
  switch (privilege) {
    case 'Callback':
      return PrivilegeLevel.Callback
    case 'User':
      return PrivilegeLevel.User
    case 'Operator':
      return PrivilegeLevel.Operator
    case 'Administrator':
      return PrivilegeLevel.Administrator
    case 'OEM':
      return PrivilegeLevel.OEM
  }
}

export function atLeast(have: Privilege, wanted: Privilege): boolean {
  return levelOf(have) >= levelOf(wanted)
}

export function lowest(a: Privilege, b: Privilege): Privilege {
  return PrivilegeLevel[a] <= PrivilegeLevel[b] ? a : b
}
