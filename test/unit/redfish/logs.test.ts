import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ConsoleLines } from '../../../src/app/redfish/console-lines.ts'
import type { Body } from '../../../src/redfish/request.ts'
import { at, genericRedfish, messageKeys, testRedfish } from '../../support/redfish.ts'
import { schemaFaults } from '../../support/redfish-schema.ts'

const SEL = '/redfish/v1/Systems/1/LogServices/SEL'

function members(body: Body): readonly Body[] {
  const list = body.Members
  return Array.isArray(list) ? list : []
}

/** A temperature above its upper critical threshold, and back. */
function heated() {
  const around = genericRedfish()
  const { bmc } = around
  const sensor = bmc.sensors.named('CPU1 Temp')
  bmc.sel.clear()
  sensor.forced = 250
  bmc.sensors.reading(sensor)
  return { ...around, sensor }
}

describe('the log of the SEL', () => {
  it('has its records whole, in words, and is what the schema says', async () => {
    const { get } = heated()
    const { body } = await get(`${SEL}/Entries`)
    const entries = members(body)
    expect(entries.flatMap(schemaFaults)).toEqual([])
    const hot = entries.find(({ EntryCode }) => EntryCode === 'Upper Critical - going high')
    expect(hot).toMatchObject({
      EntryType: 'SEL',
      Severity: 'Critical',
      SensorType: 'Temperature',
      GeneratorId: '0x0020',
      MessageId: expect.stringMatching(/^0x0159fa[0-9a-f]{2}$/),
      Message: expect.stringMatching(/^CPU1 Temp: Upper Critical - going high \(reading \d+, threshold \d+\)$/),
      Links: { OriginOfCondition: { '@odata.id': '/redfish/v1/Chassis/1/Sensors/CPU1_Temp' } },
    })
    expect((await get(String(hot?.['@odata.id']))).body).toMatchObject({ Id: hot?.Id, Message: hot?.Message })
  })

  it('is the same below the manager and the chassis', async () => {
    const { get } = heated()
    const texts = async (path: string) => members((await get(path)).body).map(({ Message }) => Message)
    const system = await texts(`${SEL}/Entries`)
    expect(system.length).toBeGreaterThan(0)
    expect(await texts('/redfish/v1/Managers/bmc/LogServices/SEL/Entries')).toEqual(system)
    expect(await texts('/redfish/v1/Chassis/1/LogServices/SEL/Entries')).toEqual(system)
  })

  it('is cleared by ClearLog, and IPMI sees that', async () => {
    const { ask, get, bmc } = heated()
    expect((await ask('POST', `${SEL}/Actions/LogService.ClearLog`, { body: {} })).status).toBe(200)
    expect(bmc.sel.count).toBe(0)
    expect(at((await get(`${SEL}/Entries`)).body, 'Members@odata.count')).toBe(0)
  })

  it('lets go of a single record', async () => {
    const { ask, bmc, get } = heated()
    const before = bmc.sel.count
    const [first] = members((await get(`${SEL}/Entries`)).body)
    expect((await ask('DELETE', String(first['@odata.id']))).status).toBe(200)
    expect(bmc.sel.count).toBe(before - 1)
    expect((await get(String(first['@odata.id']))).status).toBe(404)
  })

  it('comes page by page, and by a filter', async () => {
    const { bmc, get } = testRedfish()
    for (let n = 0; n < 8; n++) {
      bmc.sel.event({
        sensorType: 0x12,
        sensorNumber: 0x10 + n,
        eventType: 0x6f,
        data: [n % 2 === 0 ? 0 : 2, 0xff, 0xff],
      })
    }
    const { body } = await get(`${SEL}/Entries`, '$skip=4&$top=3')
    expect(members(body).map(({ SensorNumber }) => SensorNumber)).toEqual([0x14, 0x15, 0x16])
    expect(body).toMatchObject({
      'Members@odata.count': 8,
      'Members@odata.nextLink': expect.stringContaining('$skip=7'),
    })
    const critical = await get(`${SEL}/Entries`, "$filter=Severity eq 'Critical'")
    expect(at(critical.body, 'Members@odata.count')).toBe(4)
  })

  it('shows records that are nobody else’s kind', async () => {
    const { bmc, get } = testRedfish()
    bmc.sel.add(Uint8Array.from([0, 0, 0xe1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]))
    const { body } = await get(`${SEL}/Entries`)
    const [entry] = members(body)
    expect(schemaFaults(entry)).toEqual([])
    expect(entry).toMatchObject({ EntryType: 'Oem', Message: expect.stringContaining('E1h') })
  })

  it('tells how large it is, and its time, which is the SEL’s', async () => {
    const { bmc, get } = testRedfish()
    bmc.storageClock.set(86_400)
    const { body } = await get(SEL)
    expect(body).toMatchObject({
      MaxNumberOfRecords: bmc.sel.capacity,
      OverWritePolicy: 'NeverOverWrites',
      DateTime: '1970-01-02T00:00:00Z',
      Entries: { '@odata.id': `${SEL}/Entries` },
    })
  })
})

describe('what the log is told', () => {
  async function posted(around: ReturnType<typeof heated>) {
    await turn()
    return around.posts.map(({ body }): Body => at(JSON.parse(body), 'Events', 0) as Body)
  }

  it('is an event about the sensor, with its log entry', async () => {
    const around = genericRedfish()
    const { ask, bmc } = around
    await ask('POST', '/redfish/v1/EventService/Subscriptions', {
      body: {
        Destination: 'http://127.0.0.1:9/',
        Protocol: 'Redfish',
        RegistryPrefixes: ['SensorEvent', 'LogService'],
      },
    })
    const sensor = bmc.sensors.named('CPU1 Temp')
    for (const raw of [250, 20]) {
      sensor.forced = raw
      bmc.sensors.reading(sensor)
    }
    bmc.sel.clear()
    const all = await posted({ ...around, sensor })
    const keys = all.map(({ MessageId }) => String(MessageId).split('.').at(-1))
    expect(keys).toContain('ReadingAboveUpperCriticalThreshold')
    expect(keys).toContain('SensorReadingNormalRange')
    expect(keys.at(-1)).toBe('LogCleared')
    const hot = all.find(({ MessageId }) => String(MessageId).endsWith('AboveUpperCriticalThreshold'))
    expect(hot).toMatchObject({
      EventType: 'Alert',
      MessageSeverity: 'Critical',
      MessageArgs: ['CPU1 Temp', expect.any(String), 'Cel', expect.any(String)],
      OriginOfCondition: { '@odata.id': '/redfish/v1/Chassis/1/Sensors/CPU1_Temp' },
      LogEntry: { '@odata.id': expect.stringMatching(/Systems\/1\/LogServices\/SEL\/Entries\/\d+$/) },
    })
  })

  it('is an event though the log is full', async () => {
    const around = testRedfish()
    const { ask, bmc, posts } = around
    await ask('POST', '/redfish/v1/EventService/Subscriptions', {
      body: { Destination: 'http://127.0.0.1:9/', Protocol: 'Redfish', RegistryPrefixes: ['Bmcsim'] },
    })
    bmc.sel.resize(0, 0)
    bmc.sel.event({ sensorType: 0x20, sensorNumber: 0xff, eventType: 0x6f, data: [1, 0xff, 0xff] })
    await turn()
    expect(at(JSON.parse(posts[0].body), 'Events', 0)).toMatchObject({
      MessageSeverity: 'Critical',
      Message: 'OS Stop: run-time critical stop.',
    })
  })
})

describe('the log of the console', () => {
  function withConsole() {
    let said = 'Booting\r\n\x1b[32mready\x1b[0m\r\nlogin: '
    const hub = {
      get count() {
        return said.length
      },
      backlog: () => new Uint8Array(Buffer.from(said)),
      clear: () => {
        said = ''
      },
    }
    const around = testRedfish({}, { console: new ConsoleLines(hub) })
    const say = (more: string) => {
      said += more
    }
    return { ...around, say }
  }

  it('has its lines, without colours, and is cleared', async () => {
    const { get, ask, say } = withConsole()
    const path = '/redfish/v1/Systems/1/LogServices/Console'
    const lines = async () => members((await get(`${path}/Entries`)).body).map(({ Message }) => Message)
    expect(await lines()).toEqual(['Booting', 'ready', 'login: '])
    say('root\n')
    expect(await lines()).toEqual(['Booting', 'ready', 'login: root'])
    expect(members((await get(`${path}/Entries`)).body).flatMap(schemaFaults)).toEqual([])
    const refused = await ask('DELETE', `${path}/Entries/1`)
    expect([refused.status, messageKeys(refused)]).toEqual([400, ['ActionNotSupported']])
    await ask('POST', `${path}/Actions/LogService.ClearLog`)
    expect(await lines()).toEqual([])
  })
})
