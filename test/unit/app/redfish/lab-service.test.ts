import { expect, test } from 'vitest'
import { Personalities } from '../../../../src/app/personalities.ts'
import { labController } from '../../../../src/app/redfish/lab-controller.ts'
import { labService } from '../../../../src/app/redfish/lab-service.ts'
import { LabWeb } from '../../../../src/app/redfish/lab-web.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import type { LabRedfishConfig } from '../../../../src/config/config.ts'
import type { Body } from '../../../../src/redfish/request.ts'
import { isBody } from '../../../../src/redfish/request.ts'
import { DmtfSchemas } from '../../../support/dmtf-schemas.ts'
import { testRedfish } from '../../../support/redfish.ts'
import { schemaFaults } from '../../../support/redfish-schema.ts'
import { walk } from '../../../support/redfish-walk.ts'

const personalities = new Personalities()
const random = { fill: (into: Uint8Array) => into.fill(7) }

function lab(more: Partial<LabRedfishConfig> = {}) {
  const first = testRedfish()
  const nodes = ['generic', 'idrac-like'].map((name, i) => {
    const { bmc, node } = testRedfish()
    bmc.guid = Uint8Array.from({ length: 16 }, (_, at) => at + 16 * i)
    const hub = { count: 1, backlog: () => Buffer.from(`hello\r\nI am cn0${i + 1}\r\n`), clear: () => {} }
    return { name: `cn0${i + 1}`, bmc, personality: personalities.named(name), doors: node.doors, hub }
  })
  const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
  const config: LabRedfishConfig = { host: '127.0.0.1', port: 0, certificate: 'none', user: undefined, at, ...more }
  const { clock } = first
  const around = { config, clock, random, log: silentLogger, folder: undefined }
  const bmc = labController({ ...around, secrets: undefined })
  const service = labService({ ...around, nodes, bmc, web: new LabWeb(clock, silentLogger) })
  const ask = async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: Body; headers?: Record<string, string> } = {},
  ) => {
    const given = body === undefined ? ({ kind: 'none' } as const) : ({ kind: 'json', value: body } as const)
    const answer = await service.handle({ method, path, query: '', headers, body: given })
    return { ...answer, body: isBody(answer.body) ? answer.body : {} }
  }
  return { ask, nodes }
}

function treeOf({ ask }: ReturnType<typeof lab>) {
  return walk(async (path) => {
    const { status, body } = await ask('GET', path)
    expect(status, path).toBe(200)
    return body
  })
}

test('every link of the tree of two nodes leads somewhere, and all is as its schema says', async () => {
  const tree = await treeOf(lab())
  const wrong = [...tree].flatMap(([path, body]) => schemaFaults(body).map((fault) => `${path}: ${fault}`))
  expect(wrong).toEqual([])
  expect(
    [...tree.keys()].filter((path) => /^\/redfish\/v1\/(Systems|Managers|Chassis)\/[^/]+$/.test(path)),
  ).toHaveLength(6)
})

// As in test/unit/redfish/walk.test.ts.
const dmtfFolder = process.env.BMCSIM_DMTF
test.runIf(dmtfFolder !== undefined)(
  'the tree of two nodes passes the JSON Schema of the DMTF',
  { timeout: 120_000 },
  async () => {
    const dmtf = new DmtfSchemas(dmtfFolder ?? '')
    const wrong = [...(await treeOf(lab()))].flatMap(([path, body]) =>
      dmtf.faults(body).map((fault) => `${path}: ${fault}`),
    )
    expect(wrong).toEqual([])
  },
)

test('a node is found by its name too, and what is done is done to it', async () => {
  const { ask, nodes } = lab()
  const { body } = await ask('GET', '/redfish/v1/Systems/cn02')
  expect(body).toMatchObject({ Id: 'cn02', Name: 'cn02', PowerState: 'Off' })
  const reset = await ask('POST', '/redfish/v1/Systems/cn02/Actions/ComputerSystem.Reset', {
    body: { ResetType: 'On' },
  })
  expect(reset.status).toBe(200)
  expect(nodes.map(({ bmc }) => bmc.power.state)).toEqual(['off', 'on'])
  expect((await ask('GET', '/redfish/v1/Systems/cn03')).status).toBe(404)
  const log = await ask('GET', '/redfish/v1/Systems/cn02/LogServices/Console/Entries')
  expect(log.body.Members).toMatchObject([{ Message: 'hello' }, { Message: 'I am cn02' }])
})

test('without a user everybody is the administrator, and may have a session', async () => {
  const { ask } = lab()
  const session = { body: { UserName: 'whoever', Password: 'whatever' } }
  expect((await ask('GET', '/redfish/v1/AccountService')).status).toBe(200)
  const { status, headers } = await ask('POST', '/redfish/v1/SessionService/Sessions', session)
  expect(status).toBe(201)
  const token = headers['X-Auth-Token']
  expect((await ask('GET', '/redfish/v1/Systems', { headers: { 'x-auth-token': token } })).status).toBe(200)
})

test('with one, only he is let in', async () => {
  const { ask } = lab({ user: { name: 'ops', password: 'of-the-lab' } })
  const as = (pair: string) => ({ headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } })
  expect((await ask('GET', '/redfish/v1/Systems')).status).toBe(401)
  expect((await ask('GET', '/redfish/v1/Systems', as('ops:wrong'))).status).toBe(401)
  expect((await ask('GET', '/redfish/v1/Systems', as('ops:of-the-lab'))).status).toBe(200)
})

test('what a configuration leaves out is not there', async () => {
  const { ask } = lab({ without: ['Systems/Bios'] })
  expect((await ask('GET', '/redfish/v1/Systems/cn01/Bios')).status).toBe(404)
  expect((await ask('GET', '/redfish/v1/Systems/cn01')).body).not.toHaveProperty('Bios')
})
