import { describe, expect, it } from 'vitest'
import { encodeFru } from '../../../../src/ipmi/fru.ts'
import { at, genericRedfish, testRedfish } from '../../../support/redfish.ts'

const SYSTEM = '/redfish/v1/Systems/1'
const CHASSIS = '/redfish/v1/Chassis/1'

const product = {
  ...{ manufacturer: 'Lab', name: 'Node 9', partNumber: 'P9', version: '', serial: 'S9', assetTag: '', fileId: '' },
  custom: [],
}

describe('the name plates', () => {
  it('of the machine and of the box around it are two, as in the FRU', async () => {
    const { get } = genericRedfish()
    const system = (await get(SYSTEM)).body
    const chassis = (await get(CHASSIS)).body
    expect(system).toMatchObject({ Manufacturer: 'bmcsim', Model: 'Generic Server', PartNumber: 'GS-2U-01' })
    expect(chassis).toMatchObject({ Manufacturer: 'bmcsim', ChassisType: 'RackMount', PartNumber: 'CH-2U-01' })
    expect(String(system.SerialNumber)).toMatch(/^S[0-9A-F]{8}$/)
    expect(chassis.SerialNumber).toBe(String(system.SerialNumber).replace('S', 'C'))
  })

  it('say what was written to the FRU over IPMI', async () => {
    const { get, bmc } = genericRedfish()
    const before = (await get(SYSTEM)).headers.ETag
    bmc.fru.write(0, 0, encodeFru({ product }))
    const system = await get(SYSTEM)
    expect(system.body).toMatchObject({ Manufacturer: 'Lab', Model: 'Node 9', SerialNumber: 'S9', SKU: 'P9' })
    expect(system.headers.ETag).not.toBe(before)
    // A box without a plate of its own.
    expect((await get(CHASSIS)).body).toMatchObject({ SerialNumber: 'S9', PartNumber: 'P9' })
  })

  it('are as configured where a FRU cannot be read', async () => {
    const { get } = testRedfish()
    expect((await get(SYSTEM)).body).toMatchObject({ Model: 'Generic', SerialNumber: 'SN1' })
    expect((await get(`${CHASSIS}/Assembly`)).body.Assemblies).toEqual([])
  })
})

it('the assembly has the board and every part with a FRU', async () => {
  const { get } = genericRedfish()
  const { body } = await get(`${CHASSIS}/Assembly`)
  expect(body.Assemblies).toMatchObject([
    {
      Name: 'Mainboard',
      Model: 'Generic Mainboard',
      Producer: 'bmcsim',
      PartNumber: 'MB-2S-01',
      ProductionDate: '2024-03-11T00:00:00Z',
      PhysicalContext: 'SystemBoard',
    },
    { Name: 'PSU1', Model: 'Power Supply 800W', Version: 'A', PhysicalContext: 'PowerSupply' },
    { Name: 'PSU2', PhysicalContext: 'PowerSupply' },
  ])
})

it('a chassis is linked with its system, its manager, its fans and power supplies, and back', async () => {
  const { get } = genericRedfish()
  const { Links } = (await get(CHASSIS)).body
  const [system, manager] = ['ComputerSystems', 'ManagedBy'].map((name) => String(at(Links, name, 0, '@odata.id')))
  expect(at((await get(system)).body, 'Links', 'Chassis', 0, '@odata.id')).toBe(CHASSIS)
  expect(at((await get(manager)).body, 'Links', 'ManagerForChassis', 0, '@odata.id')).toBe(CHASSIS)
  for (const [name, back] of [
    ['Fans', 'CoolingChassis'],
    ['PowerSupplies', 'PoweringChassis'],
  ]) {
    const path = String(at(Links, name, 0, '@odata.id'))
    expect(at((await get(path)).body, 'Links', back, 0, '@odata.id')).toBe(CHASSIS)
  }
})
