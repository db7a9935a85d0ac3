import type { Bmc } from '../bmc/bmc.ts'
import { atLeast, type Privilege } from '../ipmi/privilege.ts'

/** All that a remote console needs to log in to a BMC as it is configured now. */
export interface Login {
  readonly user: string
  readonly password: string
  /** The highest level this user can have on the first LAN channel. */
  readonly privilege: Privilege
  /** K_g, where the BMC wants one. */
  readonly kg: Uint8Array | undefined
}

/** Of those who may log in: the first with the highest privilege, one with a name before the user without. */
export function bestLogin(bmc: Bmc): Login | undefined {
  const [channel] = bmc.channels.lan
  if (channel === undefined) return undefined
  const limit = channel.access.privilegeLimit
  const logins = bmc.users.enabled.flatMap((user) => {
    const { privilege, ipmiMessaging } = user.access(channel.number)
    if (!ipmiMessaging || privilege === 'No Access') return []
    const password = Buffer.from(user.password).toString('latin1').replace(/\0+$/, '')
    return [{ user: user.name, password, privilege: atLeast(privilege, limit) ? limit : privilege, kg: channel.kg }]
  })
  return logins.toSorted((a, b) => rank(b) - rank(a))[0]
}

const order = ['Callback', 'User', 'Operator', 'Administrator', 'OEM'] as const

const rank = (login: Login): number => order.indexOf(login.privilege) * 2 + (login.user === '' ? 0 : 1)
