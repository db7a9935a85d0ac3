import { describe, expect, it } from 'vitest'
import { at, messageArgs, messageKeys, testRedfish } from '../../../support/redfish.ts'

const BIOS = '/redfish/v1/Systems/1/Bios'
const SETTINGS = `${BIOS}/Settings`

const asConfigured = {
  BootMode: 'Uefi',
  MemorySize: 1536,
  ProcessorCount: 2,
  SecureBoot: 'Disabled',
  SerialRedirection: 'Enabled',
}

describe('the BIOS', () => {
  it('has attributes that wait in Settings until the machine is started or reset', async () => {
    const { ask, get, machine, bmc } = testRedfish()
    const both = async () => [(await get(BIOS)).body.Attributes, (await get(SETTINGS)).body.Attributes]
    expect(await both()).toEqual([asConfigured, asConfigured])
    expect((await get(BIOS)).body['@Redfish.Settings']).toMatchObject({
      SettingsObject: { '@odata.id': SETTINGS },
      SupportedApplyTimes: ['OnReset'],
      Time: null,
      Messages: [],
    })
    const body = {
      Attributes: { MemorySize: 2048, SecureBoot: 'Enabled' },
      '@Redfish.SettingsApplyTime': { ApplyTime: 'OnReset' },
    }
    const { status, body: told } = await ask('PATCH', SETTINGS, { body })
    const wanted = { ...asConfigured, MemorySize: 2048, SecureBoot: 'Enabled' }
    expect([status, told.Attributes]).toEqual([200, wanted])
    expect(await both()).toEqual([asConfigured, wanted])
    await ask('POST', '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', { body: { ResetType: 'On' } })
    expect(await both()).toEqual([wanted, wanted])
    expect(machine.asked.at(-1)?.options?.settings).toMatchObject({ memoryMiB: 2048, secureBoot: true })
    const { Time, Messages } = (await get(BIOS)).body['@Redfish.Settings'] as Record<string, unknown>
    expect(Time).toBe(`${new Date(bmc.clock.now()).toISOString().slice(0, 19)}Z`)
    expect(at(Messages, 0, 'MessageId')).toMatch(/\.Success$/)
  })

  it('says why a machine did not start with them', async () => {
    const { ask, get, machine } = testRedfish()
    await ask('PATCH', SETTINGS, { body: { Attributes: { MemorySize: 4096 } } })
    machine.failure = new Error('cannot allocate memory')
    await ask('POST', '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', { body: { ResetType: 'On' } })
    const { body } = await get(BIOS)
    expect(body.Attributes).toMatchObject({ MemorySize: 1536 })
    const message = at(body, '@Redfish.Settings', 'Messages', 0)
    expect(message).toMatchObject({ MessageSeverity: 'Critical', RelatedProperties: ['#/Attributes'] })
    expect(at(message, 'Message')).toContain('cannot allocate memory')
  })

  it('is reset to how it was configured by the next start', async () => {
    const { ask, get, bmc } = testRedfish()
    bmc.biosSettings.set({ processors: 4 })
    bmc.biosSettings.applied()
    const { status } = await ask('POST', `${BIOS}/Actions/Bios.ResetBios`)
    expect(status).toBe(200)
    const { body } = await get(BIOS)
    expect([body.ResetBiosToDefaultsPending, at(body, 'Attributes', 'ProcessorCount')]).toEqual([true, 4])
    expect(at((await get(SETTINGS)).body, 'Attributes', 'ProcessorCount')).toBe(2)
    await bmc.power.control('power up', 'test')
    const { body: after } = await get(BIOS)
    expect([after.ResetBiosToDefaultsPending, after.Attributes]).toEqual([false, asConfigured])
  })

  it('refuses what is wrong with attributes, all of it, and changes nothing', async () => {
    const { ask, bmc } = testRedfish()
    const Attributes = { Turbo: 1, MemorySize: 8, ProcessorCount: 'two', BootMode: 'Efi', SerialRedirection: true }
    const answer = await ask('PATCH', SETTINGS, { body: { Attributes } })
    expect([answer.status, messageKeys(answer)]).toEqual([
      400,
      [
        'PropertyUnknown',
        'PropertyValueOutOfRange',
        'PropertyValueTypeError',
        'PropertyValueNotInList',
        'PropertyValueTypeError',
      ],
    ])
    expect(messageArgs(answer)).toEqual([
      ['Turbo'],
      ['8', 'MemorySize'],
      ['"two"', 'ProcessorCount'],
      ['Efi', 'BootMode'],
      ['true', 'SerialRedirection'],
    ])
    expect(at(answer.body, 'error', '@Message.ExtendedInfo', 1, 'RelatedProperties')).toEqual([
      '#/Attributes/MemorySize',
    ])
    expect(bmc.biosSettings.pending).toBeUndefined()
  })

  it('refuses what does not go together, a time that it does not know, and what it never is', async () => {
    const { ask, machine, bmc } = testRedfish()
    const patch = (body: unknown) => ask('PATCH', SETTINGS, { body })
    const mixed = await patch({ Attributes: { SecureBoot: 'Enabled', BootMode: 'Legacy' } })
    expect([mixed.status, messageKeys(mixed)]).toEqual([400, ['PropertyValueError']])
    const now = { '@Redfish.SettingsApplyTime': { ApplyTime: 'Immediate' }, Attributes: { ProcessorCount: 4 } }
    const immediate = await patch(now)
    expect([immediate.status, messageArgs(immediate)]).toEqual([400, [['Immediate', 'ApplyTime']]])
    machine.settings = machine.settings && { ...machine.settings, noSecureBoot: 'Secure Boot wants machine: q35' }
    const fixed = await patch({ Attributes: { SecureBoot: 'Enabled' } })
    expect([fixed.status, messageKeys(fixed)]).toEqual([400, ['PropertyNotWritable']])
    const same = await patch({ Attributes: { SecureBoot: 'Disabled' } })
    expect([same.status, bmc.biosSettings.pending]).toEqual([200, undefined])
    expect((await ask('PATCH', BIOS, { body: { Attributes: { ProcessorCount: 4 } } })).status).toBe(405)
  })

  it('names a registry that tells of every attribute', async () => {
    const { get } = testRedfish()
    const { body: bios } = await get(BIOS)
    const files = (await get('/redfish/v1/Registries')).body.Members as { '@odata.id': string }[]
    const file = files.map((one) => one['@odata.id']).find((path) => path.endsWith('/BiosAttributeRegistry')) ?? ''
    const { body: place } = await get(file)
    const { body: registry } = await get(String(at(place, 'Location', 0, 'Uri')))
    expect([registry.Id, place.Registry]).toEqual([bios.AttributeRegistry, 'BiosAttributeRegistry.1.0'])
    const entries = at(registry, 'RegistryEntries', 'Attributes') as { AttributeName: string; DefaultValue: unknown }[]
    expect(Object.fromEntries(entries.map((one) => [one.AttributeName, one.DefaultValue]))).toEqual(asConfigured)
    expect(entries[1]).toMatchObject({ Type: 'Integer', LowerBound: 16, UpperBound: 4096, ReadOnly: false })
  })

  it('is not there where nothing can be set up', async () => {
    const { get, machine } = testRedfish()
    machine.settings = undefined
    expect((await get(BIOS)).status).toBe(404)
    expect((await get('/redfish/v1/Systems/1')).body.Bios).toBeUndefined()
    expect((await get('/redfish/v1/Registries/BiosAttributeRegistry')).status).toBe(404)
  })
})
