import { describe, expect, it } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import type { LanCard, LanSettings } from '../../../../src/bmc/lan/lan-card.ts'
import { TimeServers } from '../../../../src/bmc/storage/time-servers.ts'
import { execute } from '../../../../src/commands/execute.ts'
import { at, messageArgs, messageKeys, testRedfish } from '../../../support/redfish.ts'
import { channelSeed, guest, testSession } from '../../../support/test-bmc.ts'

const MANAGER = '/redfish/v1/Managers/bmc'
const INTERFACE = `${MANAGER}/EthernetInterfaces/1`
const PROTOCOL = `${MANAGER}/NetworkProtocol`

describe("the BMC's clock", () => {
  it('is that of the SEL, whoever sets it', async () => {
    const { ask, bmc } = testRedfish()
    const set = await ask('PATCH', MANAGER, { body: { DateTime: '2030-05-06T07:08:09+02:00' } })
    expect([set.status, set.body.DateTime]).toEqual([200, '2030-05-06T05:08:09+00:00'])
    const { data } = await execute({ bmc, by: guest, lun: 0 }, 0x0a, 0x48, new Uint8Array())
    expect(Buffer.from(data).readUInt32LE()).toBe(Date.parse('2030-05-06T05:08:09Z') / 1000)
    bmc.storageClock.set(Date.parse('2031-01-01T00:00:00Z') / 1000)
    expect((await ask('GET', MANAGER)).body.DateTime).toBe('2031-01-01T00:00:00+00:00')
  })

  it('shows the same moment in another time zone', async () => {
    const { ask, bmc } = testRedfish()
    const moment = Date.parse('2030-05-06T23:00:00Z')
    const both = { DateTimeLocalOffset: '+05:30', DateTime: '2030-05-06T23:00:00Z' }
    const set = await ask('PATCH', MANAGER, { body: both })
    expect(set.body).toMatchObject({ DateTime: '2030-05-07T04:30:00+05:30', DateTimeLocalOffset: '+05:30' })
    expect(bmc.storageClock.utcOffset).toBe(330)
    const west = await ask('PATCH', MANAGER, { body: { DateTimeLocalOffset: '-08:00' } })
    expect(west.body.DateTime).toBe('2030-05-06T15:00:00-08:00')
    expect(Date.parse(String(west.body.DateTime))).toBe(moment)
  })

  it.each([
    [{ DateTime: 'yesterday' }, 'PropertyValueFormatError'],
    [{ DateTime: '1970-01-01T00:00:00Z' }, 'PropertyValueOutOfRange'],
    [{ DateTimeLocalOffset: '+5' }, 'PropertyValueFormatError'],
    [{ DateTimeLocalOffset: null }, 'PropertyValueFormatError'],
  ])('takes no %j', async (body, key) => {
    const { ask } = testRedfish()
    const answer = await ask('PATCH', MANAGER, { body })
    expect([answer.status, messageKeys(answer)]).toEqual([400, [key]])
  })
})

describe('NTP', () => {
  const patch = (ask: ReturnType<typeof testRedfish>['ask'], NTP: unknown) => ask('PATCH', PROTOCOL, { body: { NTP } })

  it('sets the clock right, and nobody else does while it is on', async () => {
    const { ask, bmc, clock } = testRedfish()
    const setTime = () => execute({ bmc, by: guest, lun: 0 }, 0x0a, 0x49, Uint8Array.of(0, 0, 0, 0x60))
    expect(await setTime()).toMatchObject({ completionCode: 0x00 })
    expect(bmc.storageClock.seconds).toBe(0x60000000)
    await ask('PATCH', MANAGER, { body: { DateTimeLocalOffset: '+02:00' } })
    const on = await patch(ask, { ProtocolEnabled: true })
    expect([on.status, at(on.body, 'NTP', 'ProtocolEnabled')]).toEqual([200, true])
    const now = Math.floor(clock.now() / 1000)
    expect(bmc.storageClock.unixSeconds).toBe(now)
    const refused = await ask('PATCH', MANAGER, { body: { DateTime: '2030-05-06T07:08:09Z' } })
    expect([refused.status, messageKeys(refused)]).toEqual([409, ['OperationFailed']])
    expect(await setTime()).toMatchObject({ completionCode: 0xd5 })
    await ask('PATCH', MANAGER, { body: { DateTimeLocalOffset: '-03:00' } })
    expect([bmc.storageClock.unixSeconds, bmc.storageClock.seconds]).toEqual([now, now - 3 * 3600])
    await patch(ask, { ProtocolEnabled: false })
    expect(await setTime()).toMatchObject({ completionCode: 0x00 })
  })

  it('keeps its servers, changed as a list is: {} leaves, null removes, a shorter list ends it', async () => {
    const { ask, bmc } = testRedfish()
    const servers = async (NTPServers: unknown) => at((await patch(ask, { NTPServers })).body, 'NTP', 'NTPServers')
    expect(await servers(['10.0.0.1', 'time.example', 'fd00::1'])).toEqual(['10.0.0.1', 'time.example', 'fd00::1'])
    expect(await servers([{}, 'other.example', {}])).toEqual(['10.0.0.1', 'other.example', 'fd00::1'])
    expect(await servers([{}, null, {}])).toEqual(['10.0.0.1', 'fd00::1'])
    expect(await servers([{}])).toEqual(['10.0.0.1'])
    expect(new TimeServers(bmc.store).all).toEqual(['10.0.0.1'])
    expect(await servers([])).toEqual([])
  })

  it.each([
    [['a b'], 'PropertyValueFormatError'],
    [Array.from({ length: 9 }, (_, i) => `10.0.0.${i + 1}`), 'ArraySizeTooLong'],
    [[5], 'PropertyValueTypeError'],
    [[{ a: 1 }], 'PropertyValueTypeError'],
    ['10.0.0.1', 'PropertyValueTypeError'],
  ])('takes no %j', async (NTPServers, key) => {
    const { ask } = testRedfish()
    const answer = await patch(ask, { NTPServers })
    expect([answer.status, messageKeys(answer)]).toEqual([400, [key]])
  })
})

/** A network card that goes wherever it is told, but not to 10.0.0.66. */
function card() {
  const wishes: LanSettings[] = []
  const one: LanCard = {
    check: async ({ address }) => {
      if (address === '10.0.0.66') throw new BmcError('busy', 'somebody else has it')
    },
    apply: async (wish) => void wishes.push(wish),
    present: () => ({ address: wishes.at(-1)?.address ?? '10.0.0.5', prefix: wishes.at(-1)?.prefix ?? 24, all: [] }),
    restart: () => {},
  }
  return { one, wishes }
}

describe("the BMC's network interface", () => {
  it('moves with address, mask and gateway in one step, and IPMI says the same', async () => {
    const { one, wishes } = card()
    const { ask, bmc } = testRedfish({ channels: [channelSeed({ card: one })] })
    const addresses = [{ Address: '10.1.2.3', SubnetMask: '255.255.0.0', Gateway: '10.1.0.1' }]
    const set = await ask('PATCH', INTERFACE, { body: { IPv4StaticAddresses: addresses } })
    expect([set.status, set.body.IPv4StaticAddresses]).toEqual([200, addresses])
    expect(wishes).toEqual([
      { address: '10.1.2.3', source: 'static', prefix: 16, gateway: '10.1.0.1', vlan: undefined },
    ])
    expect(bmc.lanConfiguration(1)?.get(12)).toEqual(Uint8Array.of(10, 1, 0, 1))

    const vlan = await ask('PATCH', INTERFACE, { body: { VLAN: { VLANEnable: true, VLANId: 42 } } })
    expect(vlan.body.VLAN).toEqual({ VLANEnable: true, VLANId: 42 })
    expect(wishes.at(-1)).toMatchObject({ address: '10.1.2.3', vlan: 42 })
    await ask('PATCH', INTERFACE, { body: { VLAN: { VLANEnable: false } } })
    expect(wishes.at(-1)?.vlan).toBeUndefined()
    expect(wishes).toHaveLength(3)
  })

  it('has the IPv6 addresses that it answers on', async () => {
    const all = ['10.0.0.5', 'fd00::5', 'fe80::5%eth0', '::1']
    const two: LanCard = { ...card().one, present: () => ({ address: '10.0.0.5', prefix: 24, all }) }
    const { get } = testRedfish({ channels: [channelSeed({ card: two })] })
    const is = (Address: string, PrefixLength: number) => expect.objectContaining({ Address, PrefixLength })
    const { IPv6Addresses } = (await get(INTERFACE)).body
    expect(IPv6Addresses).toEqual([is('fd00::5', 64), is('fe80::5', 64), is('::1', 128)])
  })

  it('changes one part of an address and keeps the rest', async () => {
    const { one, wishes } = card()
    const { ask } = testRedfish({ channels: [channelSeed({ card: one })] })
    expect((await ask('PATCH', INTERFACE, { body: { IPv4StaticAddresses: [{ Gateway: '10.0.0.1' }] } })).status).toBe(
      200,
    )
    expect(wishes).toEqual([
      { address: '10.0.0.5', source: 'static', prefix: 24, gateway: '10.0.0.1', vlan: undefined },
    ])
  })

  it('stays where it is when the address cannot be had', async () => {
    const { one, wishes } = card()
    const { ask, get } = testRedfish({ channels: [channelSeed({ card: one })] })
    const body = { IPv4StaticAddresses: [{ Address: '10.0.0.66', SubnetMask: '255.0.0.0' }] }
    const answer = await ask('PATCH', INTERFACE, { body })
    expect([answer.status, wishes]).toEqual([503, []])
    expect(at((await get(INTERFACE)).body, 'IPv4StaticAddresses', 0)).toMatchObject({
      Address: '10.0.0.5',
      SubnetMask: '255.255.255.0',
    })
  })

  it.each([
    ['wrong-state', 409, 'OperationFailed', []],
    ['not-supported', 400, 'PropertyValueError', ['IPv4StaticAddresses']],
  ] as const)('says which property it was that %s kept it from', async (reason, status, key, args) => {
    const refusing: LanCard = { ...card().one, check: () => Promise.reject(new BmcError(reason, 'no such address')) }
    const { ask, bmc } = testRedfish({ channels: [channelSeed({ card: refusing })] })
    await bmc.power.control('power up', 'test')
    const answer = await ask('PATCH', INTERFACE, { body: { IPv4StaticAddresses: [{ Address: '10.0.0.9' }] } })
    expect([answer.status, messageKeys(answer), messageArgs(answer)]).toEqual([status, [key], [args]])
    const [said] = at(answer.body, 'error', '@Message.ExtendedInfo') as readonly unknown[]
    expect(at(said, 'RelatedProperties')).toEqual(['#/IPv4StaticAddresses'])
    expect(at(said, 'Message')).toMatch(/no such address/)
  })

  it.each([
    [{ IPv4StaticAddresses: [{ Address: '300.1.1.1' }] }, 'PropertyValueFormatError'],
    [{ IPv4StaticAddresses: [{ Address: '10.0.0.9', SubnetMask: '255.0.255.0' }] }, 'PropertyValueFormatError'],
    [{ IPv4StaticAddresses: [{ Adress: '10.0.0.9' }] }, 'PropertyUnknown'],
    [{ IPv4StaticAddresses: [null] }, 'ArraySizeTooShort'],
    [{ IPv4StaticAddresses: [{}, { Address: '10.0.0.9' }] }, 'ArraySizeTooLong'],
    [{ IPv4StaticAddresses: [{}], DHCPv4: { DHCPEnabled: true } }, 'PropertyValueConflict'],
    [{ VLAN: { VLANEnable: true, VLANId: 4095 } }, 'PropertyValueOutOfRange'],
    [{ VLAN: { VLANEnable: true } }, 'PropertyValueTypeError'],
    [{ VLAN: 5 }, 'PropertyUnknown'],
    [{ MACAddress: '02:11' }, 'PropertyValueFormatError'],
  ])('takes no %j', async (body, key) => {
    const { one, wishes } = card()
    const { ask } = testRedfish({ channels: [channelSeed({ card: one })] })
    const answer = await ask('PATCH', INTERFACE, { body })
    expect([answer.status, messageKeys(answer), wishes]).toEqual([400, [key], []])
  })

  it('waits for whoever is setting parameters over IPMI', async () => {
    const { ask, bmc } = testRedfish()
    bmc.lanConfiguration(1)?.setInProgress.begin(testSession(bmc))
    const body = { IPv4StaticAddresses: [{ Address: '10.0.0.9' }] }
    expect((await ask('PATCH', INTERFACE, { body })).status).toBe(503)
  })
})

describe("the BMC's host name", () => {
  it("is DCMI's identifier once it is set, over either door", async () => {
    const { ask, get, bmc } = testRedfish()
    expect((await get(INTERFACE)).body.HostName).toBe('cn01-bmc')
    const set = await ask('PATCH', INTERFACE, { body: { HostName: 'bmc7.example' } })
    expect([set.status, set.body.HostName, bmc.dcmi.identifier.text]).toEqual([200, 'bmc7.example', 'bmc7.example'])
    bmc.dcmi.identifier.setText('other')
    expect((await get(PROTOCOL)).body.HostName).toBe('other')
  })

  it.each([
    ['a b', 'PropertyValueFormatError'],
    ['-a', 'PropertyValueFormatError'],
    [null, 'PropertyValueFormatError'],
    ['a'.repeat(64), 'StringValueTooLong'],
  ])('is never %s', async (HostName, key) => {
    const { ask } = testRedfish()
    const answer = await ask('PATCH', INTERFACE, { body: { HostName } })
    expect([answer.status, messageKeys(answer)]).toEqual([400, [key]])
  })
})

describe('the last reset', () => {
  it('is that of the BMC, whoever asked for it', async () => {
    const { get, bmc, clock } = testRedfish()
    const first = (await get(MANAGER)).body.LastResetTime
    clock.advance(60_000)
    expect((await get(MANAGER)).body.LastResetTime).toBe(first)
    bmc.reset('warm')
    expect(Date.parse(String((await get(MANAGER)).body.LastResetTime)) - Date.parse(String(first))).toBe(60_000)
  })
})

describe('IPMI over LAN', () => {
  it('is switched off and on as the access mode of its channels', async () => {
    const { ask, get, bmc, store } = testRedfish()
    testSession(bmc)
    const off = await ask('PATCH', PROTOCOL, { body: { IPMI: { ProtocolEnabled: false } } })
    expect(at(off.body, 'IPMI', 'ProtocolEnabled')).toBe(false)
    expect([bmc.channels.lan[0].access.mode, bmc.sessions.count]).toEqual(['disabled', 0])
    expect(store.get('channel.1.access')).toMatchObject({ mode: 'disabled' })
    bmc.channels.lan[0].setVolatileAccess({ ...bmc.channels.lan[0].access, mode: 'always' })
    expect(at((await get(PROTOCOL)).body, 'IPMI', 'ProtocolEnabled')).toBe(true)
  })

  it('has a port that can only be read', async () => {
    const { ask } = testRedfish()
    const answer = await ask('PATCH', PROTOCOL, { body: { IPMI: { Port: 6230 } } })
    expect([answer.status, messageKeys(answer)]).toEqual([400, ['PropertyNotWritable']])
  })
})
