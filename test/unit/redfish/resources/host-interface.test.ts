import { describe, expect, it } from 'vitest'
import { Bmc } from '../../../../src/bmc/bmc.ts'
import { ask as askIpmi } from '../../../support/ask.ts'
import { at, messageKeys, testRedfish } from '../../../support/redfish.ts'
import { guest } from '../../../support/test-bmc.ts'

const MANAGER = '/redfish/v1/Managers/bmc'
const INTERFACE = `${MANAGER}/HostInterfaces/1`
const BMC_END = `${MANAGER}/EthernetInterfaces/2`
const CREDENTIALS = '2c/02 52 a5'

function withHostInterface() {
  const parts = testRedfish({ hostInterface: { certificate: async () => Uint8Array.of(1) } })
  const links: boolean[] = []
  parts.machine.setHostLink = async (up) => void links.push(up)
  const { inventory } = parts.machine
  const hostNic = { mac: '02:00:00:00:00:01', model: 'virtio-net-pci', bmcMac: '52:55:a9:fe:00:11' }
  parts.machine.inventory = () => ({ ...(inventory?.() ?? never()), hostNic })
  return { ...parts, links }
}

function never(): never {
  throw new Error('the test machine has an inventory')
}

describe('the host interface', () => {
  it('is not there where the node has none', async () => {
    const { get } = testRedfish()
    expect((await get(`${MANAGER}/HostInterfaces`)).status).toBe(404)
    expect((await get(INTERFACE)).status).toBe(404)
    expect((await get(BMC_END)).status).toBe(404)
    expect((await get(MANAGER)).body.HostInterfaces).toBeUndefined()
  })

  it('has an end in the machine and one at the BMC', async () => {
    const { get } = withHostInterface()
    expect((await get(MANAGER)).body.HostInterfaces).toEqual({ '@odata.id': `${MANAGER}/HostInterfaces` })
    const { body } = await get(INTERFACE)
    expect(body).toMatchObject({
      HostInterfaceType: 'NetworkHostInterface',
      InterfaceEnabled: true,
      ExternallyAccessible: false,
      CredentialBootstrapping: { Enabled: true, EnableAfterReset: true, RoleId: 'Administrator' },
    })
    const bmcEnd = await get(String(at(body, 'ManagerEthernetInterface', '@odata.id')))
    expect(bmcEnd.body).toMatchObject({
      MACAddress: '52:55:A9:FE:00:11',
      IPv4Addresses: [{ Address: '169.254.0.17', SubnetMask: '255.255.255.0', AddressOrigin: 'Static' }],
      Links: { HostInterface: { '@odata.id': INTERFACE } },
    })
    const inMachine = await get(String(at(body, 'HostEthernetInterfaces', '@odata.id')))
    const nics = at(inMachine.body, 'Members')
    const all = Array.isArray(nics) ? await Promise.all(nics.map((one) => get(one['@odata.id']))) : []
    expect(all.map((nic) => nic.body.MACAddress).at(-1)).toBe('02:00:00:00:00:01')
  })

  it('pulls the cable of the card where it is disabled, also after a restart', async () => {
    const { ask, get, links, options } = withHostInterface()
    const answer = await ask('PATCH', INTERFACE, { body: { InterfaceEnabled: false } })
    expect([answer.status, answer.body.InterfaceEnabled, at(answer.body, 'Status', 'State')]).toEqual([
      200,
      false,
      'Disabled',
    ])
    expect((await get(BMC_END)).body.LinkStatus).toBe('LinkDown')
    expect(links).toEqual([false])
    expect(new Bmc(options).hostInterface?.enabled).toBe(false)
    expect(links).toEqual([false, false])
    await ask('PATCH', INTERFACE, { body: { InterfaceEnabled: true } })
    expect(links).toEqual([false, false, true])
  })

  it('says what the guest gets for its IPMI command, and changes that', async () => {
    const { ask, get, bmc, options } = withHostInterface()
    const set = (body: object) => ask('PATCH', INTERFACE, { body: { CredentialBootstrapping: body } })
    await set({ RoleId: 'ReadOnly' })
    expect(await askIpmi(bmc, guest, CREDENTIALS)).toMatch(/^00 /)
    const [made] = bmc.users.all.filter(({ id }) => bmc.users.isTemporary(id))
    expect(made.access(1).privilege).toBe('User')
    expect((await set({ Enabled: false, EnableAfterReset: false })).body.CredentialBootstrapping).toEqual({
      Enabled: false,
      EnableAfterReset: false,
      RoleId: 'ReadOnly',
    })
    expect(await askIpmi(bmc, guest, CREDENTIALS)).toBe('80')
    bmc.reset('cold')
    expect(new Bmc(options).hostInterface?.bootstrap.enabled).toBe(false)
    await set({ Enabled: true })
    expect(await askIpmi(bmc, guest, '2c/02 52 00')).toMatch(/^00 /)
    expect(at((await get(INTERFACE)).body, 'CredentialBootstrapping', 'Enabled')).toBe(false)
  })

  it.each([
    [{ CredentialBootstrapping: { RoleId: 'Emperor' } }, 'PropertyValueNotInList'],
    [{ CredentialBootstrapping: { Enabled: 'yes' } }, 'PropertyValueTypeError'],
    [{ CredentialBootstrapping: { Enabled: null } }, 'PropertyValueTypeError'],
    [{ InterfaceEnabled: 1 }, 'PropertyValueTypeError'],
    [{ ExternallyAccessible: true }, 'PropertyNotWritable'],
    [{ AuthenticationModes: ['AuthNone'] }, 'PropertyNotWritable'],
  ])('takes no %j', async (body, key) => {
    const { ask } = withHostInterface()
    const answer = await ask('PATCH', INTERFACE, { body })
    expect([answer.status, messageKeys(answer)]).toEqual([400, [key]])
  })

  it('has an address that stays', async () => {
    const { ask } = withHostInterface()
    const body = { IPv4StaticAddresses: [{ Address: '10.0.0.1' }] }
    const answer = await ask('PATCH', BMC_END, { body })
    expect([answer.status, messageKeys(answer)]).toEqual([400, ['PropertyNotWritable']])
  })
})
