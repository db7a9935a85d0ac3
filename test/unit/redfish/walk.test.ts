import { describe, expect, it } from 'vitest'
import { personalityNames } from '../../../src/config/personality/find.ts'
import { DmtfSchemas } from '../../support/dmtf-schemas.ts'
import { personalityRedfish, testRedfish } from '../../support/redfish.ts'
import { schemaFaults } from '../../support/redfish-schema.ts'
import { walk } from '../../support/redfish-walk.ts'
import { testCertificate } from '../../support/test-certificate.ts'

async function tree(personality: string) {
  const console = { most: 10, lines: ['a line'], clear: () => {} }
  const more = { https: await testCertificate(), resetToDefaults: () => {}, console }
  const hostInterface = { certificate: async () => Uint8Array.of(1) }
  const { get, ask, bmc } = personalityRedfish(personality, more, { hostInterface })
  const body = { Destination: 'https://127.0.0.1:9/', Protocol: 'Redfish', HttpHeaders: [{ 'X-A': 'b' }] }
  await ask('POST', '/redfish/v1/EventService/Subscriptions', { body })
  bmc.sel.add(Uint8Array.from([0, 0, 0xe1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]))
  return walk(async (path) => {
    const { status, body } = await get(path)
    expect(status, path).toBe(200)
    return body
  })
}

describe.each(personalityNames())('%s: every resource that links lead to', (personality) => {
  it('is what the schema of its type says, as far as it was compiled, and has the path that it says', async () => {
    const bodies = await tree(personality)
    expect(bodies.size).toBeGreaterThan(30)
    const wrong = [...bodies].flatMap(([path, body]) => schemaFaults(body).map((fault) => `${path}: ${fault}`))
    expect(wrong).toEqual([])
    for (const [path, body] of bodies) {
      expect(String(body['@odata.id']).replace(/\/$/, '')).toBe(path.replace(/\/$/, ''))
      if (body.Id !== undefined && path !== '/redfish/v1/') expect(body.Id).toBe(path.split('/').at(-1))
      if (Array.isArray(body.Members))
        expect(new Set(body.Members.map(({ '@odata.id': id }) => id)).size).toBe(body.Members.length)
    }
  })

  // The DMTF's text is no part of this repository: BMCSIM_DMTF names a folder of DSP8010's that has json-schema/ in it.
  const folder = process.env.BMCSIM_DMTF
  it.runIf(folder !== undefined)('passes the JSON Schema of the DMTF', { timeout: 120_000 }, async () => {
    const dmtf = new DmtfSchemas(folder ?? '')
    const bodies = [...(await tree(personality))]
    const wrong = bodies.flatMap(([path, body]) => dmtf.faults(body).map((fault) => `${path}: ${fault}`))
    expect(wrong).toEqual([])
    const [, good] = bodies.find(([, body]) => String(body['@odata.type']).startsWith('#ComputerSystem.')) ?? []
    const told = dmtf.faults({ ...good, PowerState: 'Sleepy', Bogus: 1 }).join()
    expect(told).toContain('Bogus')
    expect(told).toContain('/PowerState')
  })
})

it('a resource that is not as its schema says would be told from them', async () => {
  const { get } = testRedfish()
  const { body } = await get('/redfish/v1/Systems/1')
  const { Name: _, ...unnamed } = body
  expect(schemaFaults({ ...unnamed, PowerState: 'Sleepy', Bogus: 1 })).toEqual([
    '/Name is missing',
    '/PowerState is "Sleepy", and should be enum Resource.PowerState',
    '/Bogus is not in the schema',
  ])
})
