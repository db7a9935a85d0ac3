import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { EventReceiver } from '../support/event-receiver.ts'
import { run, start } from '../support/process.ts'
import { at } from '../support/redfish.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const COUNT = 1000
const SUBSCRIPTIONS = '/redfish/v1/EventService/Subscriptions'
const TEST = '/redfish/v1/EventService/Actions/EventService.SubmitTestEvent'

/** One lab for all: it is killed in the middle, and goes on. */
describe('events of a lab', () => {
  const folder = tempFolder()
  const options = { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } }
  const receiver = new EventReceiver()
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  let host: string
  let lab: Lab
  let hook: string

  const up = () =>
    upLab(
      `nodes:
  cn01:
    bmc: { address: ${host}, redfish: { port: 8443 } }
    machine: { kind: simulated, start: off }
    users: [{ name: admin, password: password, privilege: admin }]
`,
      options,
      folder,
    )

  beforeAll(async () => {
    host = await unusedAddress()
    lab = await up()
    hook = await receiver.listen()
  })

  afterAll(() => {
    receiver.close()
    agent.destroy()
  })

  /** `agent`: a connection that has not been used for a while may end in the moment in which it is used again, so these are for many in a row. */
  function ask(
    method: string,
    path: string,
    body?: object,
    agent: Agent | false = false,
  ): Promise<{ status: number; body: unknown }> {
    const to = { host, port: 8443, path, method, auth: 'admin:password', agent, rejectUnauthorized: false }
    return new Promise((resolve, reject) => {
      const asked = request({ ...to, headers: { 'content-type': 'application/json' } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) })
        })
      })
      asked.on('error', reject)
      asked.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  it(`reach ${COUNT} subscriptions, each in the order in which they happened`, async () => {
    for (let n = 1; n <= COUNT; n += 4) {
      const some = [n, n + 1, n + 2, n + 3].map((one) =>
        ask(
          'POST',
          SUBSCRIPTIONS,
          { Destination: `${hook}/${one}`, Protocol: 'Redfish', MessageIds: ['ResourceEvent.TestMessage'] },
          agent,
        ),
      )
      for (const { status } of await Promise.all(some)) expect(status).toBe(201)
    }
    expect(at((await ask('GET', `${SUBSCRIPTIONS}?$top=1`)).body, 'Members@odata.count')).toBe(COUNT)
    const wanted = Array.from({ length: 10 }, (_, i) => String(i + 1))
    for (const EventId of wanted) {
      expect((await ask('POST', TEST, { MessageId: 'ResourceEvent.1.4.TestMessage', EventId })).status).toBe(200)
    }
    await until(
      'all events',
      () => receiver.received.length >= COUNT * wanted.length,
      240_000,
      () => {
        return `${receiver.received.length} came`
      },
    )
    const { eventIds } = receiver
    expect(eventIds.size).toBe(COUNT)
    for (const [path, ids] of eventIds) expect(ids, path).toEqual(wanted)
  })

  it('go on after a kill -9, without a request having come first', async () => {
    const { status } = await ask('POST', SUBSCRIPTIONS, { Destination: `${hook}/power`, Protocol: 'Redfish' })
    expect(status).toBe(201)
    lab.process.kill('SIGKILL')
    await lab.process.ended()
    receiver.received.splice(0)
    lab = await up()
    expect((await lab.bmcsim('power', 'cn01', 'on')).code).toBe(0)
    await until('the power event', () =>
      receiver.received.some(({ body }) => String(at(body, 'Events', 0, 'MessageId')).endsWith('.ResourcePoweredOn')),
    )
  })

  it.runIf(requireTool('curl', 'curl'))('come to curl on a stream, chosen by a filter', async () => {
    const filter = encodeURIComponent("OriginResource eq '/redfish/v1/Systems' and SubordinateResources eq true")
    const url = `https://${host}:8443/redfish/v1/EventService/SSE?$filter=${filter}`
    const curl = start('curl', ['-sS', '-N', '-k', '-u', 'admin:password', url])
    await curl.waitFor(/: alive/)
    await lab.bmcsim('power', 'cn01', 'off')
    await curl.waitFor(/"MessageId":"ResourceEvent\.1\.4\.ResourcePoweredOff"/)
    expect(curl.output).not.toContain('/redfish/v1/Chassis')
    curl.kill('SIGTERM')
    await curl.ended()
  })

  it.runIf(requireFile('/usr/lib/python3/dist-packages/sushy', 'python3-sushy'))(
    'come to a subscription that sushy makes, by its own test event',
    async () => {
      const script = join(folder, 'events.py')
      writeFileSync(
        script,
        `import os, sushy
for name in ('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'):
    os.environ.pop(name, None)
root = sushy.Sushy('https://${host}:8443/redfish/v1', 'admin', 'password', verify=False)
service = root.get_event_service()
print(len(service.get_event_types_for_subscription()))
made = service.subscriptions.create({'Destination': '${hook}/sushy', 'Protocol': 'Redfish', 'Context': 'ironic', 'EventTypes': ['Alert']})
service.submit_test_event('5', '2026-01-02T03:04:05Z', 'Alert', 'It melts', [], 'ResourceEvent.1.4.TestMessage', '/redfish/v1/Systems/1', 'Critical')
print(service.subscriptions.members_identities)
`,
      )
      const { code, stdout, stderr } = await run('/usr/bin/python3', ['-W', 'ignore', script], { timeoutMs: 120_000 })
      expect(code, stdout + stderr).toBe(0)
      await until('the event', () => receiver.received.some(({ path }) => path === '/sushy'))
      const { body } = receiver.received.find(({ path }) => path === '/sushy') ?? {}
      expect(body).toMatchObject({ Context: 'ironic', Events: [{ Message: 'It melts', Severity: 'Critical' }] })
    },
  )
})
