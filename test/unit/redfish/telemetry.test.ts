import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import type { Body } from '../../../src/redfish/request.ts'
import { RedfishService } from '../../../src/redfish/service.ts'
import { routes } from '../../../src/redfish/table.ts'
import { at, genericRedfish, messageKeys } from '../../support/redfish.ts'
import { schemaFaults } from '../../support/redfish-schema.ts'

const SERVICE = '/redfish/v1/TelemetryService'
const TEMPERATURE = '/redfish/v1/Chassis/1/Sensors/CPU1_Temp#/Reading'

function values(body: unknown): readonly Body[] {
  const list = at(body, 'MetricValues')
  return Array.isArray(list) ? list : []
}

/** A report of two values every ten seconds, and somebody who wants it. */
async function periodic() {
  const around = genericRedfish()
  const { ask } = around
  await ask('POST', '/redfish/v1/EventService/Subscriptions', {
    body: {
      Destination: 'http://127.0.0.1:9/',
      Protocol: 'Redfish',
      EventFormatType: 'MetricReport',
      Context: 'graphs',
    },
  })
  const body = {
    Id: 'Mine',
    Name: 'Heat and power',
    MetricReportDefinitionType: 'Periodic',
    Schedule: { RecurrenceInterval: 'PT10S' },
    ReportActions: ['RedfishEvent', 'LogToMetricReportsCollection'],
    Metrics: [
      { MetricId: 'heat', MetricProperties: [TEMPERATURE] },
      { MetricId: 'power', MetricProperties: ['/redfish/v1/Systems/1#/PowerState'] },
    ],
  }
  const { status, headers } = await ask('POST', `${SERVICE}/MetricReportDefinitions`, { body })
  expect([status, headers.Location]).toEqual([201, `${SERVICE}/MetricReportDefinitions/Mine`])
  return around
}

describe('metric reports', () => {
  it('have the readings of all sensors, as they are now', async () => {
    const { get, bmc } = genericRedfish()
    const sensor = bmc.sensors.named('CPU1 Temp')
    for (const raw of [40, 60]) {
      sensor.forced = raw
      const { body } = await get(`${SERVICE}/MetricReports/AllSensors`)
      const { body: shown } = await get('/redfish/v1/Chassis/1/Sensors/CPU1_Temp')
      const heat = values(body).find(({ MetricProperty }) => MetricProperty === TEMPERATURE)
      expect(heat).toMatchObject({ MetricId: 'CPU1_Temp', MetricValue: String(shown.Reading) })
    }
  })

  it('are made at their times, and sent to who wants them', async () => {
    const { get, clock, posts, machine } = await periodic()
    const heat = async () => at(await get(`${SERVICE}/MetricReports/Mine`), 'body', 'Timestamp')
    const first = await heat()
    clock.advance(9_000)
    await turn()
    expect([await heat(), posts.length]).toEqual([first, 0])
    machine.becomes('off', 'request')
    clock.advance(1_000)
    await turn()
    expect(posts.length).toBe(1)
    const sent: Body = JSON.parse(posts[0].body)
    expect(schemaFaults(sent)).toEqual([])
    expect(sent).toMatchObject({
      Id: 'Mine',
      Context: 'graphs',
      MetricReportDefinition: { '@odata.id': `${SERVICE}/MetricReportDefinitions/Mine` },
    })
    expect(values(sent).at(1)).toMatchObject({ MetricId: 'power', MetricValue: 'Off' })
    expect(await heat()).toBe(sent.Timestamp)
  })

  it('go on after a restart, and stop when they are switched off or deleted', async () => {
    const { service, clock, ask } = await periodic()
    service.close()
    const { nodes, bmc, uuid } = service.parts
    const bodies: string[] = []
    const again = new RedfishService({ nodes, bmc, clock, uuid }, routes, silentLogger, async ({ body }) => {
      bodies.push(body)
    })
    clock.advance(10_000)
    await turn()
    expect(bodies.length).toBe(1)
    again.parts.telemetry.change('Mine', { enabled: false })
    clock.advance(100_000)
    await turn()
    expect(bodies.length).toBe(1)
    expect((await ask('DELETE', `${SERVICE}/MetricReportDefinitions/AllSensors`)).status).toBe(400)
    expect((await ask('DELETE', `${SERVICE}/MetricReportDefinitions/Mine`)).status).toBe(200)
    expect((await ask('GET', `${SERVICE}/MetricReports/Mine`)).status).toBe(404)
  })

  it.each([
    [
      'a property that is nowhere',
      { MetricProperties: ['/redfish/v1/Chassis/9#/PowerState'] },
      400,
      'PropertyValueFormatError',
    ],
    ['a secret place', { MetricProperties: ['/redfish/v1/AccountService#/Name'] }, 400, 'PropertyValueFormatError'],
    ['no pointer', { MetricProperties: ['/redfish/v1/Systems/1'] }, 400, 'PropertyValueFormatError'],
    ['no interval', { MetricReportDefinitionType: 'Periodic' }, 400, 'PropertyMissing'],
    ['a calculation', { Metrics: [], AppendLimit: 5 }, 400, 'PropertyNotWritable'],
    ['a name that is taken', { Id: 'AllSensors' }, 409, 'ResourceAlreadyExists'],
  ])('are not made of %s', async (_, body, status, key) => {
    const { ask } = genericRedfish()
    const answer = await ask('POST', `${SERVICE}/MetricReportDefinitions`, { body })
    expect([answer.status, messageKeys(answer)]).toEqual([status, [key]])
  })

  it('can be made up for a test', async () => {
    const { ask, posts } = await periodic()
    const body = { MetricReportName: 'Made up', GeneratedMetricReportValues: [{ MetricId: 'a', MetricValue: '1' }] }
    const { status } = await ask('POST', `${SERVICE}/Actions/TelemetryService.SubmitTestMetricReport`, { body })
    await turn()
    expect(status).toBe(200)
    expect(JSON.parse(posts[0].body)).toMatchObject({
      Name: 'Made up',
      MetricValues: [{ MetricId: 'a', MetricValue: '1' }],
    })
  })
})
