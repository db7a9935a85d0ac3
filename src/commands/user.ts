import { DecodeError, sameBytes } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import { accessOfLevel, levelOfAccess, type User } from '../bmc/access/users.ts'
import { bits, empty, flag, layout, oneOf, optional, pad, rest, text, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, type Context, command } from './command.ts'

/** The user table (IPMI 2.0 §22.26 to §22.30). */

export const setUserAccess = command({
  netFn: NetFn.App,
  cmd: 0x43,
  name: 'Set User Access',
  spec: '22.26',
  privilege: 'Administrator',
  request: layout({
    changeFlags: flag,
    callbackOnly: flag,
    linkAuthentication: flag,
    ipmiMessaging: flag,
    channel: bits(4),
    reserved: pad(2),
    user: bits(6),
    reserved2: pad(4),
    limit: bits(4),
    sessionLimit: optional(u8),
  }),
  response: empty,
  handle(context, request) {
    const user = existingUser(context, request.user)
    const channel = channelNumber(context, request.channel)
    const privilege = accessOfLevel(request.limit)
    if (privilege === undefined) throw new DecodeError('field', `privilege limit ${request.limit}`)
    const { callbackOnly, linkAuthentication, ipmiMessaging } = request
    const old = user.configuredAccess(channel)
    context.bmc.users.setAccess(user.id, channel, {
      ...old,
      ...(request.changeFlags ? { callbackOnly, linkAuthentication, ipmiMessaging } : {}),
      privilege,
      sessionLimit: request.sessionLimit === undefined ? old.sessionLimit : request.sessionLimit & 0x0f,
    })
    // What brings back a user who is locked out for wrong passwords (Table 23-4, parameter 26).
    if (request.changeFlags) context.bmc.users.unlock(user.id, channel)
  },
})

const enableStates = { enabled: 1, disabled: 2 } as const

export const getUserAccess = command({
  netFn: NetFn.App,
  cmd: 0x44,
  name: 'Get User Access',
  spec: '22.27',
  privilege: 'Operator',
  request: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(2), user: bits(6) }),
  response: layout({
    reserved: pad(2),
    maximum: bits(6),
    state: oneOf(bits(2), enableStates),
    enabledCount: bits(6),
    reserved2: pad(2),
    fixedNames: bits(6),
    reserved3: pad(1),
    callbackOnly: flag,
    linkAuthentication: flag,
    ipmiMessaging: flag,
    limit: bits(4),
  }),
  handle(context, request) {
    const { users } = context.bmc
    const user = existingUser(context, request.user)
    const access = user.access(channelNumber(context, request.channel))
    return {
      maximum: users.maximum,
      state: user.enabled ? 'enabled' : 'disabled',
      enabledCount: users.enabledCount,
      fixedNames: 1,
      callbackOnly: access.callbackOnly,
      linkAuthentication: access.linkAuthentication,
      ipmiMessaging: access.ipmiMessaging,
      limit: levelOfAccess(access.privilege),
    }
  },
})

/** User 1 is the null user for ever (§22.28). */
const NULL_USER = 1

export const setUserName = command({
  netFn: NetFn.App,
  cmd: 0x45,
  name: 'Set User Name',
  spec: '22.28',
  privilege: 'Administrator',
  request: layout({ reserved: pad(2), user: bits(6), name: text(16) }),
  response: empty,
  handle(context, { user: id, name }) {
    const user = existingUser(context, id)
    if (user.id === NULL_USER && name !== user.name) throw new BmcError('invalid-field', "user 1's name is fixed")
    if (name !== user.name) context.bmc.users.setName(user.id, name)
  },
})

export const getUserName = command({
  netFn: NetFn.App,
  cmd: 0x46,
  name: 'Get User Name',
  spec: '22.29',
  privilege: 'Operator',
  request: layout({ reserved: pad(2), user: bits(6) }),
  response: layout({ name: text(16) }),
  handle: (context, { user }) => ({ name: existingUser(context, user).name }),
})

const passwordCodes = { testFailed: 0x80, wrongSize: 0x81 } as const

export const setUserPassword = command({
  netFn: NetFn.App,
  cmd: 0x47,
  name: 'Set User Password',
  spec: '22.30',
  privilege: 'Administrator',
  codes: passwordCodes,
  request: layout({
    twentyBytes: flag,
    reserved: pad(1),
    user: bits(6),
    reserved2: pad(6),
    operation: oneOf(bits(2), { disable: 0, enable: 1, set: 2, test: 3 }),
    password: rest,
  }),
  response: empty,
  handle(context, { twentyBytes, user: id, operation, password }) {
    const { users } = context.bmc
    const user = existingUser(context, id)
    const size = twentyBytes ? 20 : 16
    switch (operation) {
      case 'disable':
      case 'enable':
        // Clients send the password's place filled or leave it away.
        if (password.length !== 0 && password.length !== size) throw new DecodeError('length', 'password')
        return users.setEnabled(user.id, operation === 'enable')
      case 'set':
        if (password.length !== size) throw new DecodeError('length', `the password takes ${size} bytes`)
        return users.setPassword(user.id, password, size)
      case 'test':
        if (password.length !== size) throw new DecodeError('length', `the password takes ${size} bytes`)
        return testPassword(user, password, size)
    }
  },
})

function testPassword(user: User, password: Uint8Array, size: 16 | 20): void {
  if (size !== user.passwordSize) {
    throw new CompletionError(passwordCodes.wrongSize, `the password was set as ${user.passwordSize} bytes`)
  }
  if (!sameBytes(password, user.password.subarray(0, size))) {
    throw new CompletionError(passwordCodes.testFailed, 'another password')
  }
}

function existingUser({ bmc }: Context, id: number): User {
  const user = bmc.users.get(id)
  if (user === undefined) throw new BmcError('invalid-field', `there is no user ${id}`)
  return user
}

function channelNumber({ bmc, by }: Context, number: number): number {
  const channel = bmc.channels.resolve(number, by)
  if (channel === undefined) throw new BmcError('invalid-field', `there is no channel ${number}`)
  return channel.number
}

export const userCommands = [setUserAccess, getUserAccess, setUserName, getUserName, setUserPassword]
