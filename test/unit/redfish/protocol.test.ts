import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import { RedfishService } from '../../../src/redfish/service.ts'
import { routes } from '../../../src/redfish/table.ts'
import { at, messageArgs, messageKeys, testRedfish } from '../../support/redfish.ts'
import { testBmc } from '../../support/test-bmc.ts'

const SYSTEM = '/redfish/v1/Systems/1'

describe('what is there for everybody', () => {
  it.each(['/redfish', '/redfish/v1', '/redfish/v1/', '/redfish/v1/odata'])('%s', async (path) => {
    const { ask } = testRedfish()
    const { status, headers } = await ask('GET', path, { as: null })
    expect(status).toBe(200)
    expect(headers['OData-Version']).toBe('4.0')
  })

  it('$metadata has every schema that there are resources of, with and without its version', async () => {
    const { ask } = testRedfish()
    const { status, text, headers } = await ask('GET', '/redfish/v1/$metadata', { as: null })
    expect(status).toBe(200)
    expect(headers['Content-Type']).toBe('application/xml;charset=utf-8')
    expect(text).toContain('<edmx:Include Namespace="ComputerSystem"/>')
    expect(text).toMatch(/<edmx:Include Namespace="ComputerSystem\.v1_\d+_\d+"\/>/)
    expect(text).toMatch(/Extends="ServiceRoot\.v1_\d+_\d+\.ServiceContainer"/)
  })

  it('all else wants credentials, right ones', async () => {
    const { ask } = testRedfish()
    for (const as of [null, 'admin:wrong', 'nobody:secret', ':']) {
      const answer = await ask('GET', SYSTEM, { as })
      expect(answer.status).toBe(401)
      expect(answer.headers['WWW-Authenticate']).toContain('Basic')
      expect(messageKeys(answer)).toEqual(['NoValidSession'])
    }
    expect((await ask('GET', '/jaws/', { as: null })).status).toBe(401)
    expect((await ask('GET', '/redfish/v1/Nothing')).status).toBe(404)
  })
})

describe('methods and headers', () => {
  it('HEAD is GET without a body', async () => {
    const { ask } = testRedfish()
    const [get, head] = [await ask('GET', SYSTEM), await ask('HEAD', SYSTEM)]
    expect(head.headers).toEqual(get.headers)
    expect(head.body).toEqual({})
    expect(get.headers.Allow).toBe('GET, HEAD, PATCH')
    expect(get.headers.Link).toMatch(/ComputerSystem\.v1_\d+_\d+\.json>; rel=describedby$/)
  })

  it('405 for what the resource does not have, 501 for what nothing has', async () => {
    const { ask } = testRedfish()
    const wrong = await ask('DELETE', SYSTEM)
    expect([wrong.status, wrong.headers.Allow]).toEqual([405, 'GET, HEAD, PATCH'])
    const action = await ask('GET', `${SYSTEM}/Actions/ComputerSystem.Reset`)
    expect([action.status, action.headers.Allow]).toEqual([405, 'POST'])
    expect((await ask('BREW', SYSTEM)).status).toBe(501)
  })

  it('another OData version is refused', async () => {
    const { ask } = testRedfish()
    expect((await ask('GET', SYSTEM, { headers: { 'odata-version': '3.0' } })).status).toBe(412)
    expect((await ask('GET', SYSTEM, { headers: { 'odata-version': '4.0' } })).status).toBe(200)
  })

  it('a slash at the end means nothing', async () => {
    const { get } = testRedfish()
    expect((await get(`${SYSTEM}/`)).body).toEqual((await get(SYSTEM)).body)
  })
})

describe('ETags', () => {
  it('the text that was hashed is what is sent, with the ETag in it, and no other', async () => {
    const { service, bmc } = testRedfish()
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`
    const sent = async (path: string, query = '') => {
      const request = { method: 'GET', path, query, headers: { authorization }, body: { kind: 'none' } as const }
      const { body, text = JSON.stringify(body), headers } = await service.handle(request)
      return { read: JSON.parse(text), body, headers }
    }
    for (const path of [SYSTEM, '/redfish/v1', '/redfish/v1/Systems', '/redfish/v1/Managers/bmc']) {
      const { read, body, headers } = await sent(path)
      expect(read).toEqual(body)
      expect(read['@odata.etag']).toBe(headers.ETag)
    }
    bmc.dcmi.assetTag.setText('"quoted"')
    expect((await sent(SYSTEM)).read.AssetTag).toBe('"quoted"')
    expect((await sent(SYSTEM, '$select=AssetTag')).read).not.toHaveProperty('PowerState')
  })

  it('are strong, and the same in the header and in the body, until something changes', async () => {
    const { get, ask } = testRedfish()
    const { headers, body } = await get(SYSTEM)
    expect(headers.ETag).toMatch(/^"[0-9a-f]+"$/)
    expect(body['@odata.etag']).toBe(headers.ETag)
    expect((await get(SYSTEM)).headers.ETag).toBe(headers.ETag)
    expect((await ask('GET', SYSTEM, { headers: { 'if-none-match': headers.ETag } })).status).toBe(304)
    const changed = await ask('PATCH', SYSTEM, { body: { AssetTag: 'A1' } })
    expect(changed.headers.ETag).not.toBe(headers.ETag)
    expect((await ask('GET', SYSTEM, { headers: { 'if-none-match': headers.ETag } })).status).toBe(200)
  })

  it.each([
    ['the present one', (etag: string) => etag, 200],
    ['any', () => '*', 200],
    ['one of a list', (etag: string) => `"aa", ${etag}`, 200],
    ['another', () => '"aa"', 412],
    ['a weak one', (etag: string) => `W/${etag}`, 412],
  ])('If-Match with %s', async (_, header, status) => {
    const { get, ask } = testRedfish()
    const { ETag } = (await get(SYSTEM)).headers
    const answer = await ask('PATCH', SYSTEM, { body: { AssetTag: 'A2' }, headers: { 'if-match': header(ETag) } })
    expect(answer.status).toBe(status)
    expect((await get(SYSTEM)).body.AssetTag).toBe(status === 200 ? 'A2' : '')
  })

  it('are not looked at by actions', async () => {
    const { ask, machine } = testRedfish()
    const path = `${SYSTEM}/Actions/ComputerSystem.Reset`
    expect((await ask('POST', path, { body: { ResetType: 'On' }, headers: { 'if-match': '"old"' } })).status).toBe(200)
    expect(machine.power).toBe('on')
  })

  it('a clock that went on does not change that of the manager, and is never answered by 304', async () => {
    const { get, ask, clock } = testRedfish()
    const before = await get('/redfish/v1/Managers/bmc')
    clock.advance(5000)
    const after = await ask('GET', '/redfish/v1/Managers/bmc', { headers: { 'if-none-match': before.headers.ETag } })
    expect(after.status).toBe(200)
    expect(after.headers.ETag).toBe(before.headers.ETag)
    expect(after.body.DateTime).not.toBe(before.body.DateTime)
  })
})

describe('a PATCH', () => {
  it.each([
    ['an unknown property', { Bogus: 1 }, ['PropertyUnknown'], [['Bogus']]],
    ['a property that is not here', { ManufacturingMode: true }, ['PropertyUnknown'], [['ManufacturingMode']]],
    ['one that can only be read', { PowerState: 'On' }, ['PropertyNotWritable'], [['PowerState']]],
    ['a wrong type', { AssetTag: 5 }, ['PropertyValueTypeError'], [['5', 'AssetTag']]],
    ['no object', { Boot: 'Pxe' }, ['PropertyValueTypeError'], [['Pxe', 'Boot']]],
    [
      'a word that no schema has',
      { PowerRestorePolicy: 'Maybe' },
      ['PropertyValueNotInList'],
      [['Maybe', 'PowerRestorePolicy']],
    ],
    [
      'a word that is not possible here',
      { Boot: { BootSourceOverrideTarget: 'SDCard' } },
      ['PropertyValueNotInList'],
      [['SDCard', 'BootSourceOverrideTarget']],
    ],
    [
      'null where none may be',
      { LocationIndicatorActive: 7 },
      ['PropertyValueTypeError'],
      [['7', 'LocationIndicatorActive']],
    ],
    ['nothing', {}, ['NoOperation'], [[]]],
    ['nothing but annotations', { '@odata.etag': '"x"' }, ['NoOperation'], [[]]],
  ])('with %s changes nothing and says why', async (_, wrong, keys, args) => {
    const { get, ask } = testRedfish()
    const answer = await ask('PATCH', SYSTEM, { body: wrong })
    expect(answer.status).toBe(400)
    expect(messageKeys(answer)).toEqual(keys)
    expect(messageArgs(answer)).toEqual(args)
    const both = await ask('PATCH', SYSTEM, { body: { AssetTag: 'x', ...wrong } })
    expect(both.status).toBe(
      Object.keys(wrong).some((name) => !name.includes('@')) && !('AssetTag' in wrong) ? 400 : both.status,
    )
    if (both.status === 400) expect((await get(SYSTEM)).body.AssetTag).toBe('')
  })

  it('tells of every fault', async () => {
    const { ask } = testRedfish()
    const answer = await ask('PATCH', SYSTEM, {
      body: { Bogus: 1, AssetTag: 5, Boot: { BootSourceOverrideMode: 'Both' } },
    })
    expect(messageKeys(answer)).toEqual(['PropertyUnknown', 'PropertyValueTypeError', 'PropertyValueNotInList'])
    expect(at(answer.body, 'error', 'code')).toMatch(/GeneralError$/)
    expect(at(answer.body, 'error', '@Message.ExtendedInfo', 2, 'RelatedProperties')).toEqual([
      '#/Boot/BootSourceOverrideMode',
    ])
  })

  it('may send back what it has read', async () => {
    const { get, ask } = testRedfish()
    const { Boot } = (await get(SYSTEM)).body
    expect((await ask('PATCH', SYSTEM, { body: { Boot, PowerState: 'Off' } })).status).toBe(200)
  })

  it.each([
    [{ BootSourceOverrideTarget: 'Pxe' }, ['Disabled', 'Pxe', 'UEFI']],
    [{ BootSourceOverrideTarget: 'Cd', BootSourceOverrideEnabled: 'Once' }, ['Once', 'Cd', 'UEFI']],
    [{ BootSourceOverrideEnabled: 'Continuous' }, ['Continuous', 'None', 'UEFI']],
    [{ BootSourceOverrideMode: 'Legacy' }, ['Disabled', 'None', 'Legacy']],
  ])('of the boot override %j is read back', async (Boot, expected) => {
    const { ask } = testRedfish()
    const { status, body } = await ask('PATCH', SYSTEM, { body: { Boot } })
    expect(status).toBe(200)
    const read = ['Enabled', 'Target', 'Mode'].map((name) => at(body, 'Boot', `BootSourceOverride${name}`))
    expect(read).toEqual(expected)
  })
})

describe('power', () => {
  const reset = `${SYSTEM}/Actions/ComputerSystem.Reset`

  it('Once is used up by the next start, Continuous stays', async () => {
    const { get, ask, machine } = testRedfish()
    const set = (enabled: string) =>
      ask('PATCH', SYSTEM, { body: { Boot: { BootSourceOverrideTarget: 'Cd', BootSourceOverrideEnabled: enabled } } })
    await set('Once')
    await ask('POST', reset, { body: { ResetType: 'On' } })
    expect(machine.asked.at(-1)).toMatchObject({ verb: 'powerOn', options: { boot: { device: 'cdrom' } } })
    expect(at((await get(SYSTEM)).body, 'Boot', 'BootSourceOverrideEnabled')).toBe('Disabled')
    await set('Continuous')
    await ask('POST', reset, { body: { ResetType: 'ForceRestart' } })
    expect(at((await get(SYSTEM)).body, 'Boot', 'BootSourceOverrideEnabled')).toBe('Continuous')
  })

  it('a Once of Redfish waits longer than a minute', async () => {
    const { get, ask, clock } = testRedfish()
    await ask('PATCH', SYSTEM, {
      body: { Boot: { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' } },
    })
    clock.advance(120_000)
    expect(at((await get(SYSTEM)).body, 'Boot', 'BootSourceOverrideEnabled')).toBe('Once')
  })

  it.each([
    [{ ResetType: 'Sleep' }, 'ActionParameterValueNotInList', ['Sleep', 'ResetType', 'Reset']],
    [{ ResetType: 1 }, 'ActionParameterValueTypeError', ['1', 'ResetType', 'Reset']],
    [{ ResetTipe: 'On' }, 'ActionParameterUnknown', ['Reset', 'ResetTipe']],
    [
      { ResetType: 'On', '@Redfish.OperationApplyTime': 'AtMaintenanceWindowStart' },
      'ActionParameterValueNotInList',
      ['AtMaintenanceWindowStart', '@Redfish.OperationApplyTime', 'Reset'],
    ],
  ])('refuses %j', async (body, key, args) => {
    const { ask } = testRedfish()
    const answer = await ask('POST', reset, { body })
    expect([answer.status, messageKeys(answer), messageArgs(answer)]).toEqual([400, [key], [args]])
  })

  it('a reset of a machine that is off is a conflict, and off is off', async () => {
    const { ask } = testRedfish()
    const answer = await ask('POST', reset, { body: { ResetType: 'ForceRestart' } })
    expect([answer.status, messageKeys(answer)]).toEqual([409, ['ChassisPowerStateOnRequired']])
    expect((await ask('POST', reset, { body: { ResetType: 'ForceOff' } })).status).toBe(200)
  })

  it('names the chassis of the node that was asked, where there are several', async () => {
    const { bmc, service, ask, node } = testRedfish()
    const other = { ...node, ids: { system: '2', manager: 'bmc2', chassis: 'other' }, bmc: testBmc().bmc }
    const two = new RedfishService({ ...service.parts, nodes: [node, other] }, routes, silentLogger)
    expect(two.parts.bmc).toBe(bmc)
    const headers = { authorization: `Basic ${Buffer.from('admin:secret').toString('base64')}` }
    const path = '/redfish/v1/Systems/2/Actions/ComputerSystem.Reset'
    const body = { kind: 'json', value: { ResetType: 'ForceRestart' } } as const
    const { body: said } = await two.handle({ method: 'POST', path, query: '', headers, body })
    expect(at(said, 'error', '@Message.ExtendedInfo', 0, 'MessageArgs')).toEqual(['other'])
    two.close()
    expect(messageArgs(await ask('POST', reset, { body: { ResetType: 'ForceRestart' } }))).toEqual([['1']])
  })

  it('an action that there is not', async () => {
    const { ask } = testRedfish()
    const answer = await ask('POST', `${SYSTEM}/Actions/ComputerSystem.Explode`, { body: {} })
    expect([answer.status, messageKeys(answer)]).toEqual([400, ['ActionNotSupported']])
  })
})

describe('queries', () => {
  it('$expand puts in what links lead to, as deep as was asked', async () => {
    const { get } = testRedfish()
    const { body } = await get('/redfish/v1/Systems', '%24expand=.%28%24levels%3D1%29')
    expect(at(body, 'Members', 0, 'PowerState')).toBe('Off')
    const links = (await get(SYSTEM, '$expand=~')).body
    expect(at(links, 'Links', 'Chassis', 0, 'ChassisType')).toBe('RackMount')
    const tooDeep = await get(SYSTEM, '$expand=*($levels=9)')
    expect([tooDeep.status, messageKeys(tooDeep)]).toEqual([400, ['QueryParameterOutOfRange']])
  })

  it('$select leaves what was asked for and what it is', async () => {
    const { body } = await testRedfish().get(SYSTEM, '$select=PowerState,Boot/BootSourceOverrideMode')
    expect(Object.keys(body).sort()).toEqual(['@odata.etag', '@odata.id', '@odata.type', 'Boot', 'PowerState'])
    expect(Object.keys(body.Boot ?? {})).toContain('BootSourceOverrideMode')
    expect(Object.keys(body.Boot ?? {})).not.toContain('BootSourceOverrideTarget')
  })

  it.each([
    ["RoleId eq 'Administrator'", ['2']],
    ["RoleId ne 'Administrator' and Enabled eq true", ['3']],
    ["not (UserName eq 'admin')", ['3']],
    ["UserName gt 'b' or UserName eq 'admin'", ['2', '3']],
    ['Enabled eq false', []],
  ])('$filter=%s', async (filter, ids) => {
    const query = new URLSearchParams({ $filter: filter }).toString()
    const { body } = await testRedfish().get('/redfish/v1/AccountService/Accounts', query)
    expect(body['Members@odata.count']).toBe(ids.length)
    expect(body.Members).toEqual(ids.map((id) => ({ '@odata.id': `/redfish/v1/AccountService/Accounts/${id}` })))
  })

  it('$top and $skip leave the count as it is', async () => {
    const { get } = testRedfish()
    const path = '/redfish/v1/AccountService/Accounts'
    const { body } = await get(path, '$top=1')
    expect([body['Members@odata.count'], body['Members@odata.nextLink']]).toEqual([2, `${path}?$top=1&$skip=1`])
    expect((await get(path, '$skip=1')).body.Members).toHaveLength(1)
    expect(messageKeys(await get(path, '$top=-1'))).toEqual(['QueryParameterOutOfRange'])
    expect(messageKeys(await get(path, '$top=x'))).toEqual(['QueryParameterValueTypeError'])
  })

  it('only gives the only member', async () => {
    expect((await testRedfish().get('/redfish/v1/Systems', 'only')).body.Id).toBe('1')
  })

  it.each([
    ['$bogus=1', 501, 'QueryNotSupported'],
    ['$filter=(', 400, 'QueryParameterValueFormatError'],
    ["$filter=Name eq 'x", 400, 'QueryParameterValueFormatError'],
    ['$expand=all', 400, 'QueryParameterValueFormatError'],
  ])('refuses %s', async (query, status, key) => {
    const answer = await testRedfish().get('/redfish/v1/Systems', query)
    expect([answer.status, messageKeys(answer)]).toEqual([status, [key]])
  })

  it('ignores names without a dollar', async () => {
    expect((await testRedfish().get(SYSTEM, 'x=1')).status).toBe(200)
  })
})
