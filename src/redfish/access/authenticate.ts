import type { TokenSession } from '../../bmc/access/token-sessions.ts'
import { isPasswordOf, type User } from '../../bmc/access/users.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { Identity, Origin } from './identity.ts'
import { roleOf } from './roles.ts'

/** Of a service where everybody is one. */
export const ADMINISTRATOR = 2

/** The users' privileges are those of IPMI's first LAN channel. */
export function channelOf(bmc: Bmc): number {
  return bmc.channels.lan[0]?.number ?? 1
}

/** Who that is, or undefined. A wrong password counts towards IPMI's lock-out (LAN parameter 26), as one over IPMI does. */
export function logIn(bmc: Bmc, name: string, password: string, from: Origin): User | undefined {
  const channel = channelOf(bmc)
  const user = name === '' ? undefined : bmc.users.find(name, channel)
  if (user === undefined || !mayComeFrom(bmc, user, from)) {
    bmc.logins.unknownName(channel)
    return undefined
  }
  if (isPasswordOf(user, Buffer.from(password, 'utf8'))) return user
  bmc.logins.wrongPassword(user.id, channel)
  return undefined
}

/** An account that the guest asked for is good only on the host interface (DSP0270 §9). */
function mayComeFrom({ users }: Bmc, { id }: User, { isGuest }: Origin): boolean {
  return isGuest || !users.isTemporary(id)
}

/** By what comes with a request; undefined: the credentials are not valid, or there are none. */
export function identify(
  bmc: Bmc,
  headers: Readonly<Record<string, string | undefined>>,
  from: Origin,
): Identity | undefined {
  const token = headers['x-auth-token']
  if (token !== undefined) return bySession(bmc, token, from)
  const basic = /^basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(headers.authorization ?? '')
  if (basic === null) return undefined
  const pair = Buffer.from(basic[1], 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0) return undefined
  const user = logIn(bmc, pair.slice(0, colon), pair.slice(colon + 1), from)
  if (user === undefined) return undefined
  bmc.logins.rightPassword(user.id, channelOf(bmc))
  return identityOf(bmc, user, undefined, from)
}

/** Where everybody is the administrator: the session that comes with a request counts, and nothing else of it. */
export function anybody(
  bmc: Bmc,
  headers: Readonly<Record<string, string | undefined>>,
  from: Origin,
): Identity | undefined {
  const token = headers['x-auth-token']
  const session = token === undefined ? undefined : bySession(bmc, token, from)
  const administrator = bmc.users.get(ADMINISTRATOR)
  return session ?? (administrator && identityOf(bmc, administrator, undefined, from))
}

function bySession(bmc: Bmc, token: string, from: Origin): Identity | undefined {
  const session = bmc.tokenSessions.use(token)
  if (session === undefined) return undefined
  const user = bmc.users.get(session.userId)
  // Its entry is somebody else's now.
  if (user === undefined || user.name !== session.userName) {
    bmc.tokenSessions.end(session)
    return undefined
  }
  if (!mayComeFrom(bmc, user, from)) return undefined
  return identityOf(bmc, user, session, from)
}

function identityOf(bmc: Bmc, user: User, session: TokenSession | undefined, from: Origin): Identity | undefined {
  const role = roleOf(user, channelOf(bmc))
  return role && { userId: user.id, userName: user.name, role, session, from }
}
