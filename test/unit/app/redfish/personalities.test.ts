import { expect, test } from 'vitest'
import { Personalities } from '../../../../src/app/personalities.ts'
import { redfishNode } from '../../../../src/app/redfish/redfish-node.ts'
import { personalityNames } from '../../../../src/config/personality/find.ts'
import { firmwareVersion } from '../../../../src/redfish/firmware-version.ts'
import { table } from '../../../../src/redfish/table.ts'
import { at, testRedfish } from '../../../support/redfish.ts'
import { schemaFaults } from '../../../support/redfish-schema.ts'
import { walk } from '../../../support/redfish-walk.ts'

const personalities = new Personalities()

function redfishLike(name: string) {
  const { bmc, node } = testRedfish()
  const { ids, layout, identity } = redfishNode({
    name: 'cn01',
    bmc,
    personality: personalities.named(name),
    doors: node.doors,
    https: node.https,
  })
  return testRedfish({}, { ids, layout, identity })
}

async function treeOf(name: string) {
  const { get } = redfishLike(name)
  return walk(async (path) => {
    const { status, body } = await get(path)
    expect(status, path).toBe(200)
    return body
  })
}

test.each(personalityNames())(
  '%s: every link leads somewhere, and what is there is as its schema says',
  async (name) => {
    const tree = await treeOf(name)
    const wrong = [...tree].flatMap(([path, body]) => schemaFaults(body).map((fault) => `${path}: ${fault}`))
    expect(wrong).toEqual([])
    for (const [path, body] of tree)
      if (path !== '/redfish/v1/') expect(body.Id ?? path.split('/').at(-1)).toBe(path.split('/').at(-1))
  },
)

test.each(personalityNames())('%s: what it does without is something that there is', (name) => {
  const known = new Set(table.map(({ path }) => path.replace('/redfish/v1/', '').replaceAll(/\/\{\w+\}/g, '')))
  for (const one of personalities.named(name).redfish.without) expect([...known]).toContain(one)
})

test.each([
  ['generic', '1', 'BMC', '1', 'NIC1', '1', 'bmcsim'],
  ['idrac-like', 'System.Embedded.1', 'iDRAC.Embedded.1', 'System.Embedded.1', 'NIC.Embedded.1-1-1', 'NIC.1', 'Dell'],
  ['openbmc', 'system', 'bmc', 'chassis', 'eth0', 'eth0', 'bmcsim'],
  ['ilo-like', '1', '1', '1', '1', '1', 'HPE'],
])('%s has the ids that its clients expect', async (name, system, manager, chassis, nic, managerNic, vendor) => {
  const tree = await treeOf(name)
  expect([...tree.keys()]).toEqual(
    expect.arrayContaining([
      `/redfish/v1/Systems/${system}`,
      `/redfish/v1/Systems/${system}/EthernetInterfaces/${nic}`,
      `/redfish/v1/Managers/${manager}/EthernetInterfaces/${managerNic}`,
      `/redfish/v1/Chassis/${chassis}`,
    ]),
  )
  expect(tree.get('/redfish/v1/')?.Vendor).toBe(vendor)
})

test('what such a service does not have is neither linked nor found', async () => {
  const { get } = redfishLike('openbmc')
  expect((await get('/redfish/v1/Systems/system')).body).not.toHaveProperty('SimpleStorage')
  expect((await get('/redfish/v1/Systems/system/SimpleStorage')).status).toBe(404)
  expect((await get('/redfish/v1/Systems/system/SimpleStorage/1')).status).toBe(404)
  expect((await get('/redfish/v1/Systems/system/Storage/1')).status).toBe(200)
})

test('words of the maker say what is true at the moment', async () => {
  const { get, bmc, node } = redfishLike('ilo-like')
  const said = async () => at((await get('/redfish/v1/Systems/1')).body, 'Oem', 'Hpe', 'PostState')
  expect(await said()).toBe('PowerOff')
  await bmc.power.control('power up', 'test')
  bmc.bootProgress.reached('firmware')
  expect(await said()).toBe('InPost')
  bmc.bootProgress.reached('boot')
  expect(await said()).toBe('FinishedPost')
  const { body } = await get('/redfish/v1/')
  expect(at(body, 'Oem', 'Hpe', 'Manager', 0)).toMatchObject({
    ManagerFirmwareVersion: firmwareVersion(node),
    HostName: 'cn01-bmc',
  })
})

test('an iDRAC-like one names the MAC of its BMC and the service tag that IPMI shows', async () => {
  const { body } = await redfishLike('idrac-like').get('/redfish/v1/')
  expect(at(body, 'Oem', 'Dell')).toMatchObject({ ManagerMACAddress: '02:11:22:33:44:55', IsBranded: 0 })
  expect(at(body, 'Oem', 'Dell', 'ServiceTag')).toMatch(/^[0-9A-F]{8}$/)
})
