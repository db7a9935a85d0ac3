import { describe, expect, it } from 'vitest'
import { personalityNames } from '../../../src/config/personality/find.ts'
import { type Body, isBody } from '../../../src/redfish/request.ts'
import { magellan } from '../../support/magellan.ts'
import { at, personalityRedfish } from '../../support/redfish.ts'

/** Where clients that know the maker's servers look. */
const known: Readonly<Record<string, readonly string[]>> = {
  generic: [
    'Systems/1/Storage/1/Drives/disk0',
    'Systems/1/VirtualMedia/Cd',
    'Systems/1/VirtualMedia/Usb',
    'Managers/BMC/VirtualMedia/Cd',
    'Managers/BMC/LogServices/SEL',
  ],
  'idrac-like': [
    'Systems/System.Embedded.1/Storage/AHCI.Embedded.1-1/Controllers/AHCI.Embedded.1-1',
    'Systems/System.Embedded.1/Storage/AHCI.Embedded.1-1/Drives/Disk.Bay.1:Enclosure.Internal.0-1:AHCI.Embedded.1-1',
    'Systems/System.Embedded.1/Storage/AHCI.Embedded.1-1/Volumes/Disk.Bay.1%3AEnclosure.Internal.0-1%3AAHCI.Embedded.1-1',
    'Systems/System.Embedded.1/EthernetInterfaces/NIC.Embedded.2-1-1',
    'Systems/System.Embedded.1/NetworkInterfaces/NIC.Embedded.2',
    'Systems/System.Embedded.1/Processors/CPU.Socket.2',
    'Systems/System.Embedded.1/Memory/DIMM.Socket.A1',
    'Chassis/System.Embedded.1/NetworkAdapters/NIC.Embedded.1/NetworkDeviceFunctions/NIC.Embedded.1-1-1',
    'Managers/iDRAC.Embedded.1/EthernetInterfaces/NIC.1',
    'Managers/iDRAC.Embedded.1/VirtualMedia/CD',
    'Managers/iDRAC.Embedded.1/VirtualMedia/RemovableDisk',
    'Managers/iDRAC.Embedded.1/LogServices/Sel/Entries',
  ],
  'ilo-like': [
    'Systems/1/Storage/DE00A000/Drives/0',
    'Systems/1/Storage/DE00A000/Controllers/0',
    'Systems/1/Memory/proc1dimm1',
    'Managers/1/VirtualMedia/1',
    'Managers/1/VirtualMedia/2',
  ],
  'megarac-like': [
    'Systems/Self/Storage/1/Drives/SATA_Device1_Port1',
    'Systems/Self/SimpleStorage/1',
    'Systems/Self/EthernetInterfaces/2',
    'Systems/Self/Processors/DevType1_CPU1',
    'Systems/Self/Memory/DevType2_DIMM0',
    'Chassis/Self/NetworkAdapters/1/NetworkDeviceFunctions/1',
    'Managers/Self/EthernetInterfaces/eth0',
    'Managers/Self/VirtualMedia/CD1',
    'Managers/Self/LogServices/SEL/Entries',
  ],
  'supermicro-like': ['Systems/1/Processors/1', 'Systems/1/EthernetInterfaces/1', 'Managers/1/VirtualMedia/CD1'],
  openbmc: [
    'Systems/system/Processors/cpu0',
    'Systems/system/Memory/dimm0',
    'Systems/system/Storage/1',
    'Managers/bmc/EthernetInterfaces/eth0',
    'Managers/bmc/VirtualMedia/Slot_2',
    'Managers/bmc/VirtualMedia/Slot_3',
  ],
}

const path = (body: Body) => String(body['@odata.id'])

function links(list: unknown): string[] {
  return Array.isArray(list) ? list.map((one) => String(isBody(one) ? one['@odata.id'] : one)) : []
}

describe.each(personalityNames())('%s', (name) => {
  async function open() {
    const redfish = personalityRedfish(name)
    const read = async (where: string): Promise<Body> => {
      const { status, body } = await redfish.get(where)
      expect(status, where).toBe(200)
      return body
    }
    const members = async (holder: Body, what: string) => {
      return Promise.all(links((await read(String(at(holder, what, '@odata.id')))).Members).map(read))
    }
    const root = await read('/redfish/v1/')
    const [[system], [manager], [chassis]] = await Promise.all(
      ['Systems', 'Managers', 'Chassis'].map((what) => members(root, what)),
    )
    return { ...redfish, read, members, system, manager, chassis }
  }

  it('has its parts where clients look for them', async () => {
    const { read } = await open()
    for (const one of known[name]) await read(`/redfish/v1/${one}`)
  })

  it('links in both directions', async () => {
    const { read, members, system, manager, chassis } = await open()
    expect(links(at(system, 'Links', 'ManagedBy'))).toEqual([path(manager)])
    expect(links(at(system, 'Links', 'Chassis'))).toEqual([path(chassis)])
    expect(links(at(manager, 'Links', 'ManagerForServers'))).toEqual([path(system)])
    expect(links(at(manager, 'Links', 'ManagerForChassis'))).toEqual([path(chassis)])
    expect(links(at(chassis, 'Links', 'ComputerSystems'))).toEqual([path(system)])
    expect(links(at(chassis, 'Links', 'ManagedBy'))).toEqual([path(manager)])
    const [storage] = await members(system, 'Storage')
    const drives = await Promise.all(links(storage.Drives).map(read))
    expect(drives).toHaveLength(2)
    expect(links(at(chassis, 'Links', 'Drives'))).toEqual(drives.map(path))
    expect(links(at(chassis, 'Links', 'Storage'))).toEqual([path(storage)])
    const processors = await members(system, 'Processors')
    expect(links(at(chassis, 'Links', 'Processors'))).toEqual(processors.map(path))
    for (const part of [...drives, ...processors, ...(await members(system, 'Memory'))]) {
      expect(at(part, 'Links', 'Chassis', '@odata.id')).toBe(path(chassis))
    }
    for (const drive of drives) {
      const [volume] = links(at(drive, 'Links', 'Volumes'))
      expect(links(at(await read(volume), 'Links', 'Drives'))).toEqual([path(drive)])
    }
    const cards = await Promise.all(
      (await members(system, 'NetworkInterfaces')).map((one) =>
        read(String(at(one, 'Links', 'NetworkAdapter', '@odata.id'))),
      ),
    )
    expect(cards.map(path)).toEqual((await members(chassis, 'NetworkAdapters')).map(path))
    const functions = await Promise.all(cards.map((card) => members(card, 'NetworkDeviceFunctions')))
    const nics = functions.flat().flatMap((one) => links(at(one, 'Links', 'EthernetInterfaces')))
    expect(nics).toEqual((await members(system, 'EthernetInterfaces')).map(path))
    const options = await members({ BootOptions: at(system, 'Boot', 'BootOptions') }, 'BootOptions')
    expect(options.flatMap(({ RelatedItem }) => links(RelatedItem))).toEqual([...nics, path(drives[0])])
  })

  it('has virtual media at the manager, and each drive by its own id', async () => {
    const { ask, members, machine, system, manager } = await open()
    expect('VirtualMedia' in system).toBe(name === 'generic')
    expect('VirtualMediaConfig' in system).toBe(name === 'generic')
    const slots = await members(manager, 'VirtualMedia')
    expect(slots.map(({ MediaTypes }) => MediaTypes)).toEqual([['CD', 'DVD'], ['USBStick']])
    for (const [i, id] of ['Cd', 'Usb'].entries()) {
      const target = String(at(slots[i], 'Actions', '#VirtualMedia.InsertMedia', 'target'))
      const { status } = await ask('POST', target, { body: { Image: `http://127.0.0.1/${id}.img` } })
      expect({ id, status, there: [...machine.media.keys()] }).toEqual({ id, status: 200, there: [id] })
      await ask('POST', String(at(slots[i], 'Actions', '#VirtualMedia.EjectMedia', 'target')), { body: {} })
    }
  })

  it('is collected by the requests of Magellan', async () => {
    const { ask } = personalityRedfish(name)
    const { systems, managers } = await magellan((where, credentials) =>
      ask('GET', where, credentials ? {} : { as: null }),
    )
    for (const { power, interfaces, adapters } of systems) {
      expect(power).toBe('On')
      expect(interfaces.map(({ mac }) => mac)).toEqual(['52:54:00:00:00:0A', '52:54:00:00:00:0B'])
      expect(adapters).toBe(2)
    }
    expect(managers).toMatchObject([{ interfaces: [{ mac: '02:11:22:33:44:55' }] }])
  })
})
