import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SetupError } from '../../../../src/base/errors.ts'
import { MockupService } from '../../../../src/redfish/mockup.ts'
import { type Body, isBody } from '../../../../src/redfish/request.ts'
import { crawl } from '../../../../src/web/mockup/crawl.ts'
import { readMockup } from '../../../../src/web/mockup/read-mockup.ts'
import { writeMockup } from '../../../../src/web/mockup/write-mockup.ts'
import { testRedfish } from '../../../support/redfish.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

function put(folder: string, path: string, text: string): void {
  mkdirSync(join(folder, path), { recursive: true })
  writeFileSync(join(folder, path, 'index.json'), text)
}

function small(prefix = 'redfish/v1/'): string {
  const folder = tempFolder()
  const link = (path: string) => ({ '@odata.id': `/redfish/v1/${path}` })
  const write = (path: string, body: Body) => put(folder, `${prefix}${path}`, JSON.stringify(body))
  write('', { '@odata.id': '/redfish/v1/', Name: 'Root', Systems: link('Systems') })
  write('Systems', { Name: 'Systems', Members: [link('Systems/a'), link('Systems/b')], 'Members@odata.count': 2 })
  write('Systems/a', { Id: 'a', PowerState: 'On', Boot: { Target: 'None', Mode: 'UEFI' } })
  write('Systems/b', { Id: 'b', PowerState: 'Off' })
  return folder
}

function served(folder: string) {
  const service = new MockupService(readMockup(folder))
  return (path: string, { method = 'GET', query = '', headers = {} } = {}) =>
    service.handle({ method, path, query, headers, body: { kind: 'none' } })
}

test.each([['redfish/v1/'], ['']])('a folder that begins at %s', async (prefix) => {
  const ask = served(small(prefix))
  expect((await ask('/redfish/v1/')).body).toMatchObject({ Name: 'Root' })
  expect((await ask('/redfish/v1')).status).toBe(200)
  expect((await ask('/redfish')).body).toEqual({ v1: '/redfish/v1/' })
  expect((await ask('/redfish/v1/Systems/a/')).body).toMatchObject({ PowerState: 'On' })
  expect((await ask('/redfish/v1/Systems/c')).status).toBe(404)
})

test('query parameters are understood, as by a BMC', async () => {
  const ask = served(small())
  const systems = '/redfish/v1/Systems'
  const whole = await ask(systems, { query: '$expand=.' })
  expect(whole.body).toMatchObject({ Members: [{ PowerState: 'On' }, { PowerState: 'Off' }] })
  const off = await ask(systems, { query: "$filter=PowerState%20eq%20'Off'" })
  expect(off.body).toMatchObject({ Members: [{ '@odata.id': `${systems}/b` }], 'Members@odata.count': 1 })
  expect((await ask(`${systems}/a`, { query: '$select=Boot/Mode' })).body).toEqual({ Boot: { Mode: 'UEFI' } })
  expect((await ask(`${systems}/a`, { query: '$top=1' })).status).toBe(400)
  expect((await ask(systems, { query: '$nonsense=1' })).status).toBe(501)
})

test('it is to be read alone', async () => {
  const ask = served(small())
  const head = await ask('/redfish/v1/Systems', { method: 'HEAD' })
  expect(head).toMatchObject({ status: 200, body: undefined })
  const again = await ask('/redfish/v1/Systems', { headers: { 'if-none-match': head.headers.ETag } })
  expect(again.status).toBe(304)
  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
    const answer = await ask('/redfish/v1/Systems', { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.Allow).toBe('GET, HEAD')
  }
})

test.each([
  '/redfish/v1/../../etc/passwd',
  '/redfish/v1/%2e%2e/x',
  '/redfish/v1/..%2f..%2fetc',
  '/redfish/v1/%00',
  '/etc/passwd',
])('%s is not there', async (path) => {
  expect((await served(small())(path)).status).toBe(404)
})

test('mistakes in the folder are told at once, each with its file', () => {
  const folder = small()
  put(folder, 'redfish/v1/Chassis', '{ "Name": ')
  put(folder, 'redfish/v1/Managers', '[]')
  expect(() => readMockup(folder)).toThrow(
    /Chassis\/index.json is not JSON[\s\S]*Managers\/index.json is no JSON object/,
  )
  expect(() => readMockup(tempFolder())).toThrow(SetupError)
  expect(() => readMockup(join(folder, 'none'))).toThrow(/is no folder/)
})

test('all of a BMC is learned, and served again as it was', async () => {
  const { get } = testRedfish()
  const folder = tempFolder()
  const missing: string[] = []
  const live = new Map<string, unknown>()
  const count = await crawl({
    get: async (path) => {
      const { status, body, text } = await get(path)
      return { status, body: text === '' ? body : text }
    },
    atOnce: 3,
    most: 10_000,
    found: (path, body) => {
      live.set(path, body)
      expect(writeMockup(folder, path, body)).toBe(true)
    },
    missing: (path) => missing.push(path),
  })
  expect(missing).toEqual([])
  expect(count).toBe(live.size)
  expect(count).toBeGreaterThan(40)
  const ask = served(folder)
  for (const [path, body] of live) expect((await ask(path)).body, path).toEqual(body)
})

test('pages of a collection become one; links out of the service and dead ones are not followed', async () => {
  const pages: Record<string, unknown> = {
    '/redfish/v1/': { Logs: { '@odata.id': '/redfish/v1/Logs' }, Away: { '@odata.id': '/elsewhere' } },
    '/redfish/v1/Logs': {
      Members: [{ '@odata.id': '/redfish/v1/Logs/1' }],
      'Members@odata.nextLink': '/redfish/v1/Logs?$skip=1',
    },
    '/redfish/v1/Logs?$skip=1': { Members: [{ '@odata.id': '/redfish/v1/Logs/2#x' }] },
    '/redfish/v1/Logs/1': { Id: '1' },
  }
  const found = new Map<string, unknown>()
  const missing: string[] = []
  const asked: string[] = []
  await crawl({
    get: async (path) => {
      asked.push(path)
      return isBody(pages[path]) ? { status: 200, body: pages[path] } : { status: 404, body: {} }
    },
    atOnce: 2,
    most: 100,
    found: (path, body) => found.set(path, body),
    missing: (path, why) => missing.push(`${path} ${why}`),
  })
  expect(found.get('/redfish/v1/Logs')).toEqual({
    Members: [{ '@odata.id': '/redfish/v1/Logs/1' }, { '@odata.id': '/redfish/v1/Logs/2#x' }],
  })
  expect(missing).toContain('/redfish/v1/Logs/2 status 404')
  expect(asked).not.toContain('/elsewhere')
})
