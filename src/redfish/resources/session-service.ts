import type { TokenSession, TokenSessions } from '../../bmc/access/token-sessions.ts'
import { ADMINISTRATOR, channelOf, logIn } from '../access/authenticate.ts'
import { refuse } from '../faults.ts'
import { number, text } from '../fields.ts'
import { ROOT } from '../links.ts'
import { collection, create, resource, write } from '../resource.ts'
import type { Service } from '../service-parts.ts'
import { timeText } from '../time-text.ts'

const PATH = `${ROOT}/SessionService`

export const sessionService = resource<TokenSessions>({
  path: PATH,
  type: 'SessionService',
  find: ({ bmc }) => bmc.tokenSessions,
  get: (sessions) => ({
    Name: 'Session Service',
    Status: { State: 'Enabled', Health: 'OK' },
    ServiceEnabled: true,
    SessionTimeout: sessions.timeoutS,
  }),
  patch: { SessionTimeout: write(number, (sessions, seconds) => sessions.setTimeoutS(seconds)) },
})

export const sessions = collection<Service>({
  path: `${PATH}/Sessions`,
  type: 'SessionCollection',
  name: 'Sessions',
  open: 'create',
  find: (service) => service,
  members: ({ bmc }) => bmc.tokenSessions.all.map(({ id }) => id),
  create: create({ UserName: text, Password: text, Context: text }, ({ bmc, everybody }, given, { by }) => {
    const { UserName = '', Password = '', Context } = given
    const user = everybody ? bmc.users.get(ADMINISTRATOR) : logIn(bmc, UserName, Password, by.from)
    if (user === undefined) throw refuse(401, 'NoValidSession')
    bmc.logins.succeeded(user.id, channelOf(bmc))
    const { id, token } = bmc.tokenSessions.open(user, by.from.peer, Context)
    return { id, headers: { 'X-Auth-Token': token } }
  }),
})

interface OneSession {
  readonly session: TokenSession
  readonly sessions: TokenSessions
}

export const session = resource<OneSession>({
  path: `${PATH}/Sessions/{session}`,
  type: 'Session',
  find({ bmc }, { session: id }) {
    const found = bmc.tokenSessions.all.find((one) => one.id === id)
    return found && { session: found, sessions: bmc.tokenSessions }
  },
  isOwn: ({ session }, by) => session.userId === by.userId,
  get: ({ session }) => ({
    Name: `Session of ${session.userName}`,
    UserName: session.userName,
    SessionType: 'Redfish',
    CreatedTime: timeText(session.createdAt),
    ...(session.peer !== undefined && { ClientOriginIPAddress: session.peer }),
    ...(session.context !== undefined && { Context: session.context }),
  }),
  remove: ({ session, sessions }) => sessions.end(session),
})
