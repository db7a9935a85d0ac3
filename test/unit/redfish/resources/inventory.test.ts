import { describe, expect, it } from 'vitest'
import { testRedfish } from '../../../support/redfish.ts'

const SYSTEM = '/redfish/v1/Systems/1'

describe('what a machine is made of', () => {
  it('is summed up in its system', async () => {
    const { body } = await testRedfish().get(SYSTEM)
    expect(body.ProcessorSummary).toMatchObject({ Count: 2, CoreCount: 8, LogicalProcessorCount: 16 })
    expect(body.MemorySummary).toMatchObject({ TotalSystemMemoryGiB: 1.5 })
  })

  it('has a link that is up only where there is a cable, and a machine that is on', async () => {
    const { get, machine } = testRedfish()
    const links = async () => {
      const ids = ['NIC1', 'NIC2']
      return Promise.all(ids.map(async (id) => (await get(`${SYSTEM}/EthernetInterfaces/${id}`)).body.LinkStatus))
    }
    expect(await links()).toEqual(['LinkDown', 'LinkDown'])
    machine.becomes('on', 'request')
    expect(await links()).toEqual(['LinkUp', 'LinkDown'])
  })

  it('leads from an interface to its card and back, by one MAC', async () => {
    const { get } = testRedfish()
    const { body } = await get(`${SYSTEM}/NetworkInterfaces/NIC2`)
    const card = (body.Links as Record<string, { '@odata.id': string }>).NetworkAdapter['@odata.id']
    const { body: part } = await get(`${card}/NetworkDeviceFunctions/NIC2`)
    expect(part.Ethernet).toMatchObject({ MACAddress: '52:54:00:00:00:0B' })
    expect(part.Links).toEqual({ EthernetInterfaces: [{ '@odata.id': `${SYSTEM}/EthernetInterfaces/NIC2` }] })
  })

  it('has its drives in the newer and in the older model', async () => {
    const { get } = testRedfish()
    expect((await get(`${SYSTEM}/Storage/1/Drives/disk0`)).body.CapacityBytes).toBe(21474836480)
    const { body } = await get(`${SYSTEM}/SimpleStorage/1`)
    expect(body.Devices).toMatchObject([{ CapacityBytes: 21474836480 }, { CapacityBytes: null }])
  })

  it('is not guessed of a machine that nobody can look into', async () => {
    const { get, machine } = testRedfish()
    machine.inventory = undefined
    const { body } = await get(SYSTEM)
    expect(body.ProcessorSummary).toMatchObject({ Count: 0, Status: { State: 'Absent' } })
    for (const path of ['Processors', 'Memory', 'Storage', 'EthernetInterfaces'])
      expect((await get(`${SYSTEM}/${path}`)).body.Members).toEqual([])
  })
})
