import { describe, expect, it } from 'vitest'
import { isPasswordOf } from '../../../src/bmc/access/users.ts'
import type { Body } from '../../../src/redfish/request.ts'
import { at, messageKeys, testRedfish } from '../../support/redfish.ts'

const ACCOUNTS = '/redfish/v1/AccountService/Accounts'
const SESSIONS = '/redfish/v1/SessionService/Sessions'

type Ask = ReturnType<typeof testRedfish>['ask']

const hostInterface = { certificate: async () => Uint8Array.of(1) }

describe('accounts are the users of IPMI', () => {
  it('one that is made here can log in there', async () => {
    const { ask, bmc } = testRedfish()
    const made = await ask('POST', ACCOUNTS, { body: { UserName: 'eve', Password: 'sesame', RoleId: 'Operator' } })
    expect([made.status, made.headers.Location]).toEqual([201, `${ACCOUNTS}/4`])
    expect(made.body).toMatchObject({
      UserName: 'eve',
      Password: null,
      RoleId: 'Operator',
      AccountTypes: ['Redfish', 'IPMI'],
    })
    const user = bmc.users.find('eve', 1)
    expect(user?.access(1).privilege).toBe('Operator')
    expect(user && isPasswordOf(user, Buffer.from('sesame'))).toBe(true)
    expect((await ask('GET', SESSIONS, { as: 'eve:sesame' })).status).toBe(200)
  })

  it('a password that is too long for IPMI says so, and IPMI has none that anybody knows', async () => {
    const { ask, bmc } = testRedfish()
    const long = 'a password of more than twenty bytes'
    const { body } = await ask('PATCH', `${ACCOUNTS}/3`, { body: { Password: long } })
    expect(body.AccountTypes).toEqual(['Redfish'])
    expect(body.Description).toContain('IPMI')
    expect((await ask('GET', SESSIONS, { as: `ops:${long}` })).status).toBe(200)
    expect((await ask('GET', SESSIONS, { as: `ops:${long.slice(0, 20)}` })).status).toBe(401)
    expect(Buffer.from(bmc.users.get(3)?.password ?? []).toString()).not.toContain('a password')
    const short = await ask('PATCH', `${ACCOUNTS}/3`, { body: { Password: 'short' } })
    expect(short.body.AccountTypes).toEqual(['Redfish', 'IPMI'])
    expect((await ask('GET', SESSIONS, { as: `ops:${long}` })).status).toBe(401)
  })

  it('one that the guest asked for says so, and ends with a restart of the machine', async () => {
    const { ask, bmc } = testRedfish({ hostInterface })
    const { name = '', password = '' } = bmc.hostInterface?.bootstrap.makeAccount() ?? {}
    const as = `${name}:${password}`
    expect((await ask('GET', SESSIONS, { as, isGuest: true })).status).toBe(200)
    const id = bmc.users.find(name, 1)?.id
    const account = await ask('GET', `${ACCOUNTS}/${id}`)
    expect(account.body).toMatchObject({
      HostBootstrapAccount: true,
      AccountTypes: ['Redfish'],
      RoleId: 'Administrator',
    })
    await bmc.power.control('power up', 'test')
    expect((await ask('GET', SESSIONS, { as, isGuest: true })).status).toBe(401)
    expect((await ask('GET', `${ACCOUNTS}/${id}`)).status).toBe(404)
  })

  it('that the guest asked for is good on the host interface alone, and so is a session of it', async () => {
    const { ask, bmc } = testRedfish({ hostInterface })
    const { name = '', password = '' } = bmc.hostInterface?.bootstrap.makeAccount() ?? {}
    const as = `${name}:${password}`
    const body = { UserName: name, Password: password }
    expect((await ask('GET', SESSIONS, { as })).status).toBe(401)
    expect((await ask('POST', SESSIONS, { as: null, body })).status).toBe(401)
    const opened = await ask('POST', SESSIONS, { as: null, body, isGuest: true })
    expect(opened.status).toBe(201)
    const headers = { 'x-auth-token': opened.headers['X-Auth-Token'] }
    expect((await ask('GET', SESSIONS, { as: null, headers })).status).toBe(401)
    expect((await ask('GET', SESSIONS, { as: null, headers, isGuest: true })).status).toBe(200)
    expect((await ask('GET', SESSIONS, { isGuest: true })).status).toBe(200)
  })

  it.each([
    ['removed', (ask: Ask) => ask('DELETE', `${ACCOUNTS}/2`), 'ResourceCannotBeDeleted'],
    ['disabled', (ask: Ask) => ask('PATCH', `${ACCOUNTS}/2`, { body: { Enabled: false } }), 'AccountNotModified'],
    ['made less', (ask: Ask) => ask('PATCH', `${ACCOUNTS}/2`, { body: { RoleId: 'ReadOnly' } }), 'AccountNotModified'],
  ])('the last administrator is not %s, until there is another', async (_, end, key) => {
    const { ask, bmc } = testRedfish({ hostInterface })
    // One of the guest's does not count, nor does one that is disabled.
    bmc.hostInterface?.bootstrap.makeAccount()
    const eve = { UserName: 'eve', Password: 'sesame', RoleId: 'Administrator', Enabled: false }
    const { headers } = await ask('POST', ACCOUNTS, { body: eve })
    const refused = await end(ask)
    expect([refused.status, messageKeys(refused)]).toEqual([409, [key]])
    expect((await ask('GET', ACCOUNTS)).status).toBe(200)
    expect((await ask('PATCH', headers.Location, { body: { Enabled: true } })).status).toBe(200)
    expect((await end(ask)).status).toBe(200)
    expect((await ask('GET', ACCOUNTS, { as: 'eve:sesame' })).status).toBe(200)
  })

  it('is removed, and its sessions end', async () => {
    const { ask, bmc } = testRedfish()
    const { headers } = await ask('POST', SESSIONS, { as: null, body: { UserName: 'ops', Password: 'ops' } })
    const token = { 'x-auth-token': headers['X-Auth-Token'] }
    expect((await ask('GET', SESSIONS, { as: null, headers: token })).status).toBe(200)
    expect((await ask('DELETE', `${ACCOUNTS}/3`)).status).toBe(200)
    expect((await ask('GET', SESSIONS, { as: null, headers: token })).status).toBe(401)
    expect(bmc.users.find('ops', 1)).toBeUndefined()
    expect((await ask('GET', `${ACCOUNTS}/3`)).status).toBe(404)
  })

  it.each([
    [{ Password: 'x', RoleId: 'Operator' }, 400, ['PropertyMissing']],
    [{ UserName: 'admin', Password: 'x', RoleId: 'Operator' }, 409, ['ResourceAlreadyExists']],
    [{ UserName: 'far-too-long-a-name', Password: 'x', RoleId: 'Operator' }, 400, ['StringValueTooLong']],
    [{ UserName: 'a', Password: 'x', RoleId: 'King' }, 400, ['PropertyValueNotInList']],
    [{ UserName: 'a', Password: '', RoleId: 'Operator' }, 400, ['PasswordIncorrectLength']],
  ])('refuses to make %j', async (body, status, keys) => {
    const { ask } = testRedfish()
    const answer = await ask('POST', ACCOUNTS, { body })
    expect([answer.status, messageKeys(answer)]).toEqual([status, keys])
  })
})

describe('roles', () => {
  it('an operator may reset and may not make users; who only reads may do neither', async () => {
    const { ask, bmc } = testRedfish()
    const reset = (as: string) =>
      ask('POST', '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', { as, body: { ResetType: 'On' } })
    expect((await reset('ops:ops')).status).toBe(200)
    const body = { UserName: 'x', Password: 'x', RoleId: 'Administrator' }
    const refused = await ask('POST', ACCOUNTS, { as: 'ops:ops', body })
    expect([refused.status, messageKeys(refused)]).toEqual([403, ['InsufficientPrivilege']])
    await ask('PATCH', `${ACCOUNTS}/3`, { body: { RoleId: 'ReadOnly' } })
    expect(bmc.users.get(3)?.access(1).privilege).toBe('User')
    expect((await reset('ops:ops')).status).toBe(403)
  })

  it('everybody may change the own password, and nothing else of the account', async () => {
    const { ask } = testRedfish()
    const own = (body: unknown, id = 3) => ask('PATCH', `${ACCOUNTS}/${id}`, { as: 'ops:ops', body })
    expect((await own({ Password: 'y' }, 2)).status).toBe(403)
    expect((await own({ RoleId: 'Administrator' })).status).toBe(403)
    expect((await own({ Password: 'y', RoleId: 'Administrator' })).status).toBe(403)
    expect((await own({ Password: 'y' })).status).toBe(200)
  })
})

describe('sessions', () => {
  it('are made without credentials, seen without secrets, and ended by their owner', async () => {
    const { ask } = testRedfish()
    const made = await ask('POST', SESSIONS, { as: null, body: { UserName: 'admin', Password: 'secret' } })
    expect(made.status).toBe(201)
    expect(made.headers['X-Auth-Token']).toMatch(/^[0-9a-f]{48}$/)
    const { Location } = made.headers
    expect(JSON.stringify(made.body)).not.toMatch(/secret|07{10}/)
    const headers = { 'x-auth-token': made.headers['X-Auth-Token'] }
    expect((await ask('GET', Location, { as: null, headers })).body).toMatchObject({
      UserName: 'admin',
      ClientOriginIPAddress: '127.0.0.9',
    })
    expect((await ask('DELETE', Location, { as: null, headers })).status).toBe(200)
    const gone = await ask('GET', Location, { as: null, headers })
    expect([gone.status, gone.headers['WWW-Authenticate']]).toEqual([401, undefined])
  })

  it('are over after their time without a request', async () => {
    const { ask, clock } = testRedfish()
    await ask('PATCH', '/redfish/v1/SessionService', { body: { SessionTimeout: 60 } })
    const { headers } = await ask('POST', SESSIONS, { as: null, body: { UserName: 'admin', Password: 'secret' } })
    const token = { 'x-auth-token': headers['X-Auth-Token'] }
    const look = async () => (await ask('GET', '/redfish/v1/Systems', { as: null, headers: token })).status
    for (const ms of [40_000, 40_000, 40_000]) {
      clock.advance(ms)
      expect(await look()).toBe(200)
    }
    clock.advance(61_000)
    expect(await look()).toBe(401)
    expect((await ask('GET', SESSIONS)).body.Members).toEqual([])
    const wrong = await ask('PATCH', '/redfish/v1/SessionService', { body: { SessionTimeout: 5 } })
    expect(messageKeys(wrong)).toEqual(['PropertyValueOutOfRange'])
  })

  it('wrong passwords lock the user out, over IPMI too, until somebody unlocks', async () => {
    const { ask, bmc } = testRedfish()
    await ask('PATCH', '/redfish/v1/AccountService', {
      body: { AccountLockoutThreshold: 3, AccountLockoutDuration: 60 },
    })
    const wrong = { UserName: 'ops', Password: 'guess' }
    for (let i = 0; i < 3; i++) expect((await ask('POST', SESSIONS, { as: null, body: wrong })).status).toBe(401)
    expect((await ask('GET', SESSIONS, { as: 'ops:ops' })).status).toBe(401)
    expect(bmc.users.find('ops', 1)).toBeUndefined()
    const locked = await ask('GET', `${ACCOUNTS}/3`)
    expect(at(locked.body, 'Locked')).toBe(true)
    await ask('PATCH', `${ACCOUNTS}/3`, { body: { Locked: false } })
    expect((await ask('GET', SESSIONS, { as: 'ops:ops' })).status).toBe(200)
  })
})

describe('the privilege map', () => {
  it('is linked from the account service, and says what is true of requests', async () => {
    const { ask, get } = testRedfish()
    const { body } = await get('/redfish/v1/AccountService')
    const map = (await get(String(at(body, 'PrivilegeMap', '@odata.id')))).body
    const of = (entity: string) => (map.Mappings as Body[]).find(({ Entity }) => Entity === entity)
    expect(at(of('ComputerSystem'), 'OperationMap', 'PATCH')).toEqual([{ Privilege: ['ConfigureComponents'] }])
    expect(at(of('Manager'), 'OperationMap', 'PATCH')).toEqual([{ Privilege: ['ConfigureManager'] }])
    expect(at(of('ManagerAccount'), 'PropertyOverrides')).toEqual([
      {
        Targets: ['Password'],
        OperationMap: { PATCH: [{ Privilege: ['ConfigureUsers'] }, { Privilege: ['ConfigureSelf'] }] },
      },
    ])
    expect(at(of('EnvironmentMetrics'), 'SubordinateOverrides', 0, 'Targets')).toEqual(['Processor'])
    await ask('POST', ACCOUNTS, { body: { UserName: 'oscar', Password: 'secret', RoleId: 'Operator' } })
    const patch = (path: string, body: Body) => ask('PATCH', path, { body, as: 'oscar:secret' })
    expect((await patch('/redfish/v1/Systems/1', { AssetTag: 'a' })).status).toBe(200)
    expect((await patch('/redfish/v1/Managers/bmc', { DateTimeLocalOffset: '+01:00' })).status).toBe(403)
  })
})
