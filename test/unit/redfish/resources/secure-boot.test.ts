import { describe, expect, it } from 'vitest'
import type { KeyReset } from '../../../../src/machine/secure-boot.ts'
import { at, messageKeys, testRedfish } from '../../../support/redfish.ts'

const SYSTEM = '/redfish/v1/Systems/1'
const PATH = `${SYSTEM}/SecureBoot`
const RESET = `${PATH}/Actions/SecureBoot.ResetKeys`

function withKeys() {
  const redfish = testRedfish()
  const keys = { mode: 'user' as 'user' | 'setup', pending: undefined as KeyReset | undefined }
  redfish.machine.secureBootKeys = Object.assign(keys, {
    reset: (what: KeyReset) => {
      keys.pending = what
    },
  })
  return { ...redfish, keys }
}

describe('Secure Boot', () => {
  it('is wanted at once, and is there from the next start on', async () => {
    const { ask, get, bmc, keys } = withKeys()
    const shown = async () => {
      const { SecureBootEnable, SecureBootCurrentBoot, SecureBootMode } = (await get(PATH)).body
      return [SecureBootEnable, SecureBootCurrentBoot, SecureBootMode]
    }
    expect(await shown()).toEqual([false, 'Disabled', 'UserMode'])
    await bmc.power.control('power up', 'test')
    expect((await ask('PATCH', PATH, { body: { SecureBootEnable: true } })).body.SecureBootEnable).toBe(true)
    expect(await shown()).toEqual([true, 'Disabled', 'UserMode'])
    expect(at((await get(`${SYSTEM}/Bios/Settings`)).body, 'Attributes', 'SecureBoot')).toBe('Enabled')
    await bmc.power.control('hard reset', 'test')
    expect(await shown()).toEqual([true, 'Enabled', 'UserMode'])
    keys.mode = 'setup'
    expect(await shown()).toEqual([true, 'Disabled', 'SetupMode'])
  })

  it('hands on what is to be done with the keys', async () => {
    const { ask, get, keys } = withKeys()
    const action = at((await get(PATH)).body, 'Actions', '#SecureBoot.ResetKeys')
    expect(action).toMatchObject({
      'ResetKeysType@Redfish.AllowableValues': ['ResetAllKeysToDefault', 'DeleteAllKeys', 'DeletePK'],
    })
    expect((await ask('POST', RESET, { body: { ResetKeysType: 'DeletePK' } })).status).toBe(200)
    expect(keys.pending).toBe('no platform key')
    expect(messageKeys(await ask('POST', RESET, { body: {} }))).toEqual(['ActionParameterMissing'])
  })

  it('has no keys to be reset where the machine has none', async () => {
    const { ask, get } = testRedfish()
    const { body } = await get(PATH)
    expect([body.SecureBootMode, body.Actions]).toEqual([null, undefined])
    const { status } = await ask('POST', RESET, { body: { ResetKeysType: 'DeletePK' } })
    expect(status).toBe(400)
  })

  it('is refused with a BIOS, and not there where the machine cannot have it', async () => {
    const { ask, get, machine, bmc } = testRedfish()
    bmc.biosSettings.set({ bootMode: 'bios' })
    const refused = await ask('PATCH', PATH, { body: { SecureBootEnable: true } })
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('boot mode UEFI')])
    const nothing = await ask('PATCH', PATH, { body: { SecureBootEnable: null } })
    expect([nothing.status, messageKeys(nothing)]).toEqual([400, ['PropertyValueTypeError']])
    if (machine.settings !== undefined) machine.settings = { ...machine.settings, noSecureBoot: 'no OVMF' }
    expect((await get(PATH)).status).toBe(404)
    expect((await get(SYSTEM)).body.SecureBoot).toBeUndefined()
  })
})
