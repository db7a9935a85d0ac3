import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import type { Body, RedfishResponse } from '../../../src/redfish/request.ts'
import { RedfishService } from '../../../src/redfish/service.ts'
import { routes } from '../../../src/redfish/table.ts'
import { at, messageKeys, testRedfish } from '../../support/redfish.ts'
import { schemaFaults } from '../../support/redfish-schema.ts'

const SUBSCRIPTIONS = '/redfish/v1/EventService/Subscriptions'
const wanted = { Destination: 'http://127.0.0.1:9/hook', Protocol: 'Redfish' }

type Around = ReturnType<typeof testRedfish>

async function subscribed(around: Around, more: Body = {}) {
  const { status, headers, body } = await around.ask('POST', SUBSCRIPTIONS, { body: { ...wanted, ...more } })
  expect(status, JSON.stringify(body)).toBe(201)
  await turn()
  return headers.Location
}

/** What was posted so far, a list of events. */
function events({ posts }: Around): readonly Body[] {
  return posts.map(({ body }): Body => JSON.parse(body))
}

function told(around: Around): readonly string[] {
  return events(around).map((body) => {
    const key = String(at(body, 'Events', 0, 'MessageId'))
      .split('.')
      .at(-1)
    return `${key} ${at(body, 'Events', 0, 'OriginOfCondition', '@odata.id')}`
  })
}

describe('an event', () => {
  it('is an Event of the schema with the context of the subscription', async () => {
    const around = testRedfish()
    await subscribed(around, { Context: 'rack 7' })
    await around.machine.powerOn({})
    await turn()
    const event = events(around)[told(around).indexOf('ResourcePoweredOn /redfish/v1/Systems/1')]
    expect(events(around).flatMap(schemaFaults)).toEqual([])
    expect(event).toMatchObject({ Context: 'rack 7', Name: 'Event' })
    expect(at(event, 'Events', 0)).toMatchObject({
      EventType: 'StatusChange',
      MessageId: 'ResourceEvent.1.4.ResourcePoweredOn',
      MessageArgs: ['cn01'],
      MessageSeverity: 'OK',
      Message: "'cn01' is on.",
      OriginOfCondition: { '@odata.id': '/redfish/v1/Systems/1' },
    })
  })

  it('comes of each change once, whichever door makes it', async () => {
    const around = testRedfish()
    const { bmc, ask } = around
    await subscribed(around)
    bmc.power.setRestorePolicy('always on')
    await turn()
    await ask('PATCH', '/redfish/v1/Systems/1', { body: { AssetTag: 'shelf 3' } })
    await turn()
    expect(told(around).filter((one) => !one.startsWith('SystemEvent'))).toEqual([
      'ResourceChanged /redfish/v1/Systems/1',
      'ResourceChanged /redfish/v1/Systems/1',
      'ResourceChanged /redfish/v1/Chassis/1',
    ])
  })

  it('tells of accounts and sessions that come and go', async () => {
    const around = testRedfish()
    const { bmc, ask } = around
    await subscribed(around)
    const account = { UserName: 'new', Password: 'secret12', RoleId: 'Operator' }
    expect((await ask('POST', '/redfish/v1/AccountService/Accounts', { body: account })).status).toBe(201)
    await turn()
    // As IPMI's Set User Name has it.
    bmc.users.setName(5, 'byipmi')
    await turn()
    bmc.users.setName(5, '')
    await turn()
    const session = { UserName: 'admin', Password: 'secret' }
    const { headers } = await ask('POST', '/redfish/v1/SessionService/Sessions', { body: session, as: null })
    await turn()
    await ask('DELETE', headers.Location)
    await turn()
    expect(told(around)).toEqual([
      'ResourceCreated /redfish/v1/AccountService/Accounts/4',
      'ResourceCreated /redfish/v1/AccountService/Accounts/5',
      'ResourceRemoved /redfish/v1/AccountService/Accounts/5',
      'ResourceCreated /redfish/v1/SessionService/Sessions/1',
      'ResourceRemoved /redfish/v1/SessionService/Sessions/1',
    ])
  })

  it('tells of thresholds, the power limit and name plates, wherever the resource is that shows them', async () => {
    const around = testRedfish()
    const { bmc } = around
    const chassis = '/redfish/v1/Chassis/1'
    await subscribed(around)
    const sensor = bmc.sensors.named('CPU Temp')
    bmc.sensors.change(sensor, sensor.setThresholds(0x08, [0, 0, 0, 70, 0, 0]))
    await turn()
    bmc.dcmi.limit.setActive(true)
    await turn()
    bmc.fru.write(0, 0, Uint8Array.of(1))
    await turn()
    for (const path of ['Sensors/CPU_Temp', 'Thermal', 'Controls/PowerLimit', 'Power', 'Assembly']) {
      expect(told(around)).toContain(`ResourceChanged ${chassis}/${path}`)
    }
    expect(told(around)).toContain('ResourceChanged /redfish/v1/Systems/1')
  })

  it('tells of the boot override, the identify light and the network of the BMC', async () => {
    const around = testRedfish()
    const { bmc } = around
    await subscribed(around)
    bmc.boot.setHttpUri?.('http://127.0.0.1/x.efi')
    await turn()
    await bmc.identify.light(10, false)
    await turn()
    bmc.store.set('lan.1.12', '7f000001')
    await turn()
    expect(told(around)).toContain('ResourceChanged /redfish/v1/Managers/bmc/EthernetInterfaces/1')
    expect(told(around)).toContain('ResourceChanged /redfish/v1/Chassis/1')
  })

  it('of a task is told from its begin to its end', async () => {
    const around = testRedfish()
    await subscribed(around, { RegistryPrefixes: ['TaskEvent'] })
    await around.ask('POST', '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', {
      body: { ResetType: 'On' },
      headers: { prefer: 'respond-async' },
    })
    await turn()
    expect(told(around)).toEqual([
      'TaskStarted /redfish/v1/TaskService/Tasks/1',
      'TaskCompletedOK /redfish/v1/TaskService/Tasks/1',
    ])
  })

  it('is not looked for while nobody wants any', async () => {
    const around = testRedfish()
    const location = await subscribed(around)
    await around.ask('DELETE', location)
    await around.machine.powerOn({})
    await turn()
    expect(around.service.parts.events.wanted).toBe(false)
    expect(around.posts).toEqual([])
  })
})

describe('filters of a subscription', () => {
  const cases: readonly (readonly [string, Body, readonly string[]])[] = [
    ['a registry', { RegistryPrefixes: ['ResourceEvent'] }, ['ResourceEvent', 'ResourceEvent']],
    [
      'a registry or a message',
      { RegistryPrefixes: ['Base'], MessageIds: ['ResourceEvent.TestMessage'] },
      ['ResourceEvent'],
    ],
    ['a message with a version', { MessageIds: ['ResourceEvent.1.0.TestMessage'] }, ['ResourceEvent']],
    ['no registry', { ExcludeRegistryPrefixes: ['ResourceEvent'] }, ['TaskEvent']],
    ['no message', { ExcludeMessageIds: ['ResourceEvent.TestMessage'] }, ['TaskEvent', 'ResourceEvent']],
    ['severities', { Severities: ['Critical'] }, ['TaskEvent']],
    ['types of resources', { ResourceTypes: ['ComputerSystem'] }, ['ResourceEvent']],
    ['types of events', { EventTypes: ['ResourceUpdated'] }, ['ResourceEvent']],
    ['an origin', { OriginResources: [{ '@odata.id': '/redfish/v1/Systems' }] }, []],
    [
      'an origin and what is below it',
      { OriginResources: [{ '@odata.id': '/redfish/v1/Systems' }], SubordinateResources: true },
      ['ResourceEvent'],
    ],
  ]

  it.each(cases)('choose by %s', async (_, filter, prefixes) => {
    const around = testRedfish()
    await subscribed(around, filter)
    const test = (body: Body) =>
      around.ask('POST', '/redfish/v1/EventService/Actions/EventService.SubmitTestEvent', { body })
    expect((await test({ MessageId: 'ResourceEvent.1.4.TestMessage' })).status).toBe(200)
    await test({ MessageId: 'TaskEvent.1.0.TaskAborted', MessageArgs: ['1'] })
    await test({
      MessageId: 'ResourceEvent.1.4.ResourceChanged',
      EventType: 'ResourceUpdated',
      OriginOfCondition: '/redfish/v1/Systems/1',
    })
    await turn()
    expect(events(around).map((body) => String(at(body, 'Events', 0, 'MessageId')).split('.')[0])).toEqual(prefixes)
  })

  it('of the test event: everything that was said is in it', async () => {
    const around = testRedfish()
    await subscribed(around)
    const body = {
      MessageId: 'Contoso.1.0.Melted',
      EventId: '77',
      EventGroupId: 5,
      EventTimestamp: '2026-01-02T03:04:05Z',
      EventType: 'Alert',
      Message: 'It melts',
      MessageArgs: ['core'],
      MessageSeverity: 'Critical',
      Severity: 'Critical',
      OriginOfCondition: '/redfish/v1/Chassis/1',
    }
    await around.ask('POST', '/redfish/v1/EventService/Actions/EventService.SubmitTestEvent', { body })
    await turn()
    const [event] = events(around)
    expect(schemaFaults(event)).toEqual([])
    const { OriginOfCondition: path, ...rest } = body
    expect(at(event, 'Events', 0)).toMatchObject({ ...rest, OriginOfCondition: { '@odata.id': path } })
  })
})

describe('a subscription', () => {
  it.each([
    ['no URL', { Destination: 'here' }, 'PropertyValueFormatError'],
    ['a file', { Destination: 'file:///etc/passwd' }, 'PropertyValueFormatError'],
    ['another protocol', { Protocol: 'SNMPv1' }, 'PropertyValueNotInList'],
    ['an unknown registry', { RegistryPrefixes: ['Nobody'] }, 'PropertyValueNotInList'],
    ['an unknown type', { ResourceTypes: ['Spoon'] }, 'PropertyValueNotInList'],
    ['a header with a line break', { HttpHeaders: [{ 'X-A': 'a\r\nB: c' }] }, 'PropertyValueError'],
    ['something that is not offered', { SNMP: {} }, 'PropertyNotWritable'],
  ])('is refused for %s', async (_, wrong, key) => {
    const { ask } = testRedfish()
    const answer = await ask('POST', SUBSCRIPTIONS, { body: { ...wanted, ...wrong } })
    expect([answer.status, messageKeys(answer)]).toEqual([400, [key]])
  })

  it('is there after a restart, with headers that nobody can read', async () => {
    const around = testRedfish()
    const location = await subscribed(around, {
      HttpHeaders: [{ Authorization: 'Bearer abc' }, { 'X-Rack': '7' }],
      DeliveryRetryPolicy: 'RetryForever',
      VerifyCertificate: true,
      OriginResources: [{ '@odata.id': '/redfish/v1/Systems/1' }],
    })
    const { body } = await around.get(location)
    expect(body).toMatchObject({ HttpHeaders: [], DeliveryRetryPolicy: 'RetryForever', Status: { State: 'Enabled' } })
    around.service.close()
    const posts: unknown[] = []
    const { nodes, bmc, clock, uuid } = around.service.parts
    const again = new RedfishService({ nodes, bmc, clock, uuid }, routes, silentLogger, async (post) => {
      posts.push(post)
    })
    await around.machine.powerOn({})
    await turn()
    const headers = { Authorization: 'Bearer abc', 'X-Rack': '7' }
    expect(posts[0]).toMatchObject({ url: wanted.Destination, headers, verifyCertificate: true })
    expect(again.parts.events.subscriptions.all.map(({ id }) => id)).toEqual(['1'])
  })

  it('is deleted when nobody takes its events, after as many retries as the service says', async () => {
    const around = testRedfish({}, {}, () => Promise.reject(new Error('refused')))
    const { ask, clock, machine, posts } = around
    await ask('PATCH', '/redfish/v1/EventService', {
      body: { DeliveryRetryAttempts: 2, DeliveryRetryIntervalSeconds: 5 },
    })
    const location = await subscribed(around, { RegistryPrefixes: ['ResourceEvent'] })
    await machine.powerOn({})
    await turn()
    for (const expected of [1, 2, 3]) {
      expect(posts.length).toBe(expected)
      clock.advance(5000)
      await turn()
    }
    expect((await around.get(location)).status).toBe(404)
    expect(clock.waiting).toBe(0)
  })

  it('is suspended instead where it wants that, and goes on when it is resumed', async () => {
    let good = false
    const around = testRedfish({}, {}, () => (good ? Promise.resolve() : Promise.reject(new Error('refused'))))
    const { ask, machine, posts } = around
    await ask('PATCH', '/redfish/v1/EventService', { body: { DeliveryRetryAttempts: 0 } })
    const location = await subscribed(around, {
      DeliveryRetryPolicy: 'SuspendRetries',
      OriginResources: [{ '@odata.id': '/redfish/v1/Systems/1' }],
      RegistryPrefixes: ['ResourceEvent'],
    })
    await machine.powerOn({})
    await turn()
    expect((await around.get(location)).body).toMatchObject({ Status: { State: 'Disabled' } })
    await machine.powerOff()
    await turn()
    expect(posts.length).toBe(1)
    good = true
    posts.splice(0)
    await ask('POST', `${location}/Actions/EventDestination.ResumeSubscription`, {
      body: { DeliverBufferedEventDuration: 'PT10M' },
    })
    await turn()
    expect(told(around)).toEqual([
      'ResourcePoweredOn /redfish/v1/Systems/1',
      'ResourcePoweredOff /redfish/v1/Systems/1',
    ])
    expect((await around.get(location)).body).toMatchObject({ Status: { State: 'Enabled' } })
  })

  it('that retries for ever gets its events in their order, however late', async () => {
    let failures = 6
    const taken: string[] = []
    const around = testRedfish({}, {}, async ({ body }) => {
      if (failures-- > 0) throw new Error('refused')
      taken.push(String(at(JSON.parse(body), 'Events', 0, 'EventId')))
    })
    await subscribed(around, { DeliveryRetryPolicy: 'RetryForeverWithBackoff' })
    for (let n = 1; n <= 20; n++) {
      await around.ask('POST', '/redfish/v1/EventService/Actions/EventService.SubmitTestEvent', {
        body: { MessageId: 'ResourceEvent.1.4.TestMessage', EventId: String(n) },
      })
    }
    await turn()
    expect(taken).toEqual([])
    for (let n = 0; n < 12; n++) {
      around.clock.advance(3_600_000)
      await turn()
    }
    expect(taken).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 1)))
  })

  it('that falls far behind is told that it lost some', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const around = testRedfish({}, {}, () => held)
    await subscribed(around)
    const { events: service } = around.service.parts
    const test = () => ({ messageId: 'ResourceEvent.1.4.TestMessage', severity: 'OK', eventType: 'Alert', origin: {} })
    for (let n = 0; n < 1100; n++) service.send({ ...test(), record: { MessageId: 'ResourceEvent.1.4.TestMessage' } })
    release()
    await turn()
    const keys = events(around).map((body) => String(at(body, 'Events', 0, 'MessageId')))
    expect(keys.length).toBe(1001)
    expect(keys[1]).toMatch(/^Base\.\d+\.\d+\.EventBufferExceeded$/)
  })

  it('belongs to who made it: an operator deletes his own and no other', async () => {
    const around = testRedfish()
    const foreign = await subscribed(around)
    const { headers } = await around.ask('POST', SUBSCRIPTIONS, { body: wanted, as: 'ops:ops' })
    expect((await around.ask('DELETE', foreign, { as: 'ops:ops' })).status).toBe(403)
    expect((await around.ask('DELETE', headers.Location, { as: 'ops:ops' })).status).toBe(200)
  })
})

describe('an event stream', () => {
  async function opened(around: Around, filter?: string) {
    const query = filter === undefined ? '' : `$filter=${encodeURIComponent(filter)}`
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`
    const response = await around.service.handle(
      {
        method: 'GET',
        path: '/redfish/v1/EventService/SSE',
        query,
        headers: { authorization },
        body: { kind: 'none' },
      },
      '127.0.0.9',
    )
    return { response, ...listening(response) }
  }

  function listening({ stream }: RedfishResponse) {
    let text = ''
    let ended = false
    const closed = stream?.({
      write: (more) => {
        text += more
      },
      end: () => {
        ended = true
      },
    })
    return { text: () => text, ended: () => ended, closed }
  }

  it('says what happens, and is a subscription while it is open', async () => {
    const around = testRedfish()
    const { response, text, closed } = await opened(around)
    expect(response.headers['Content-Type']).toBe('text/event-stream;charset=utf-8')
    expect(at((await around.get(SUBSCRIPTIONS)).body, 'Members@odata.count')).toBe(1)
    const { body } = await around.get(`${SUBSCRIPTIONS}/SSE1`)
    expect(schemaFaults(body)).toEqual([])
    expect(body).toMatchObject({ SubscriptionType: 'SSE', Destination: 'redfish-sse://127.0.0.9' })
    await around.machine.powerOn({})
    expect(text()).toContain('"MessageId":"ResourceEvent.1.4.ResourcePoweredOn"')
    const before = text().length
    around.clock.advance(30_000)
    expect(text().slice(before)).toBe(': alive\n\n')
    closed?.()
    expect(around.service.parts.events.wanted).toBe(false)
    expect(at((await around.get(SUBSCRIPTIONS)).body, 'Members@odata.count')).toBe(0)
  })

  it.each([
    [`RegistryPrefix eq 'TaskEvent'`, false],
    [`RegistryPrefix eq 'TaskEvent' or MessageId eq 'ResourceEvent.ResourcePoweredOn'`, true],
    [`MessageId eq 'ResourceEvent.1.4.ResourcePoweredOn' and OriginResource eq '/redfish/v1/Systems/1'`, true],
    [`OriginResource eq '/redfish/v1/Systems'`, false],
    [`OriginResource eq '/redfish/v1/Systems' and SubordinateResources eq true`, true],
    [`ResourceType eq 'ComputerSystem' and EventFormatType eq 'Event'`, true],
    [`EventFormatType eq 'MetricReport'`, false],
  ])('lets through what %s holds of', async (filter, comes) => {
    const around = testRedfish()
    const { text } = await opened(around, filter)
    await around.machine.powerOn({})
    expect(text().includes('ResourcePoweredOn')).toBe(comes)
  })

  it('is refused with a filter that cannot be read, and without credentials', async () => {
    const around = testRedfish()
    expect((await opened(around, 'RegistryPrefix equals x')).response.status).toBe(400)
    expect((await opened(around, "RegistryPrefixes eq 'TaskEvent'")).response.status).toBe(400)
    expect((await around.ask('GET', '/redfish/v1/EventService/SSE', { as: null })).status).toBe(401)
    expect((await around.ask('POST', '/redfish/v1/EventService/SSE')).status).toBe(405)
  })

  it('ends when its user may not log in any more, and when its subscription is deleted', async () => {
    const around = testRedfish()
    const one = await opened(around)
    around.bmc.users.setEnabled(3, false)
    expect(one.ended()).toBe(false)
    await around.ask('DELETE', `${SUBSCRIPTIONS}/SSE1`)
    expect(one.ended()).toBe(true)
    const two = await opened(around)
    around.bmc.users.setEnabled(2, false)
    expect(two.ended()).toBe(true)
  })
})

it('the event service switched off sends nothing, and streams are refused', async () => {
  const around = testRedfish()
  await subscribed(around)
  expect((await around.ask('PATCH', '/redfish/v1/EventService', { body: { ServiceEnabled: false } })).status).toBe(200)
  await around.machine.powerOn({})
  await turn()
  expect(told(around).filter((one) => one.includes('PoweredOn'))).toEqual([])
  const { status } = await around.ask('GET', '/redfish/v1/EventService/SSE')
  expect(status).toBe(503)
})
