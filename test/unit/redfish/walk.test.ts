import { describe, expect, it } from 'vitest'
import { DmtfSchemas } from '../../support/dmtf-schemas.ts'
import { genericRedfish, testRedfish } from '../../support/redfish.ts'
import { schemaFaults } from '../../support/redfish-schema.ts'
import { walk } from '../../support/redfish-walk.ts'
import { testCertificate } from '../../support/test-certificate.ts'

const hostInterface = { certificate: async () => Uint8Array.of(1) }

async function tree() {
  const { get, ask, bmc } = genericRedfish(
    'generic',
    { https: await testCertificate(), resetToDefaults: () => {} },
    { hostInterface },
  )
  const body = { Destination: 'https://127.0.0.1:9/', Protocol: 'Redfish', HttpHeaders: [{ 'X-A': 'b' }] }
  await ask('POST', '/redfish/v1/EventService/Subscriptions', { body })
  bmc.sel.add(Uint8Array.from([0, 0, 0xe1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]))
  return walk(async (path) => {
    const { status, body } = await get(path)
    expect(status, path).toBe(200)
    return body
  })
}

describe('every resource that links lead to', () => {
  it('is what the schema of its type says, as far as it was compiled', async () => {
    const bodies = await tree()
    expect(bodies.size).toBeGreaterThan(30)
    const wrong = [...bodies].flatMap(([path, body]) => schemaFaults(body).map((fault) => `${path}: ${fault}`))
    expect(wrong).toEqual([])
  })

  it('has the path that it says, and an Id that ends it', async () => {
    for (const [path, body] of await tree()) {
      expect(String(body['@odata.id']).replace(/\/$/, '')).toBe(path.replace(/\/$/, ''))
      if (body.Id !== undefined && path !== '/redfish/v1/') expect(body.Id).toBe(path.split('/').at(-1))
    }
  })

  // The DMTF's text is no part of this repository: BMCSIM_DMTF names a folder of DSP8010's that has json-schema/ in it.
  const folder = process.env.BMCSIM_DMTF
  it.runIf(folder !== undefined)('passes the JSON Schema of the DMTF', { timeout: 120_000 }, async () => {
    const dmtf = new DmtfSchemas(folder ?? '')
    const wrong = [...(await tree())].flatMap(([path, body]) => dmtf.faults(body).map((fault) => `${path}: ${fault}`))
    expect(wrong).toEqual([])
    const [, good] = [...(await tree())].find(([path]) => path.endsWith('/Systems/1')) ?? []
    const told = dmtf.faults({ ...good, PowerState: 'Sleepy', Bogus: 1 }).join()
    expect(told).toContain('Bogus')
    expect(told).toContain('/PowerState')
  })

  it('would be told from one that is not', async () => {
    const { get } = testRedfish()
    const { body } = await get('/redfish/v1/Systems/1')
    const { Name: _, ...unnamed } = body
    expect(schemaFaults({ ...unnamed, PowerState: 'Sleepy', Bogus: 1 })).toEqual([
      '/Name is missing',
      '/PowerState is "Sleepy", and should be enum Resource.PowerState',
      '/Bogus is not in the schema',
    ])
  })
})
