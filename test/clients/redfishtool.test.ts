import { beforeAll, describe, expect, it } from 'vitest'
import { run } from '../support/process.ts'
import { type RedfishLab, upRedfish } from '../support/redfish-lab.ts'
import { requireFile } from '../support/tools.ts'

/** Debian's, whatever Python stands first in the PATH. */
const script = '/usr/bin/redfishtool.py'

describe.skipIf(!requireFile(script, 'redfishtool')).each(['Basic', 'Session'])('redfishtool, %s', (auth) => {
  let redfish: RedfishLab

  beforeAll(async () => {
    redfish = await upRedfish()
  })

  async function tool(...args: string[]) {
    const { host, port } = redfish
    const all = [script, '-r', `${host}:${port}`, '-S', 'Always', '-u', 'admin', '-p', 'password', '-A', auth, ...args]
    const { code, stdout, stderr } = await run('/usr/bin/python3', all, { timeoutMs: 120_000 })
    if (code !== 0) throw new Error(`redfishtool ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
    return stdout
  }

  it('finds the system, the manager and the chassis', async () => {
    expect(JSON.parse(await tool('Systems', '-1'))).toMatchObject({ PowerState: 'Off' })
    expect(JSON.parse(await tool('Managers', '-1'))).toMatchObject({ ManagerType: 'BMC' })
    expect(JSON.parse(await tool('Chassis', '-1'))).toMatchObject({ ChassisType: 'RackMount' })
    expect(JSON.parse(await tool('Managers', '-1', 'NetworkProtocol'))).toMatchObject({
      IPMI: { ProtocolEnabled: true },
    })
  })

  it('resets, and sets what is booted next and the asset tag', async () => {
    await tool('Systems', '-1', 'setBootOverride', 'Once', 'Pxe')
    const { Boot } = JSON.parse(await tool('Systems', '-1'))
    expect(Boot).toMatchObject({ BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Pxe' })
    await tool('Systems', '-1', 'reset', 'On')
    expect((await redfish.lab.bmcsim('power', 'cn01', 'status')).stdout).toBe('cn01: on\n')
    expect(JSON.parse(await tool('Systems', '-1')).Boot.BootSourceOverrideEnabled).toBe('Disabled')
    await tool('Systems', '-1', 'setAssetTag', 'rack 7')
    expect(JSON.parse(await tool('Chassis', '-1')).AssetTag).toBe('rack 7')
  })

  it.runIf(auth === 'Basic')('reads temperatures, and sets the power limit', async () => {
    const { Temperatures } = JSON.parse(await tool('Chassis', '-1', 'Thermal'))
    expect(Temperatures[2]).toMatchObject({ Name: 'Inlet Temp', ReadingCelsius: expect.any(Number) })
    await tool('Chassis', '-1', 'setPowerLimit', '230', 'LogEventOnly', '5000')
    const limit = async () => JSON.parse(await tool('Chassis', '-1', 'Power')).PowerControl[0].PowerLimit
    expect(await limit()).toEqual({ LimitInWatts: 230, LimitException: 'LogEventOnly', CorrectionInMs: 5000 })
    await tool('Chassis', '-1', 'setPowerLimit', 'null')
    expect((await limit()).LimitInWatts).toBeNull()
  })

  it('makes an account and removes it', async () => {
    await tool('AccountService', 'adduser', 'eve', 'sesame', 'Operator')
    expect(await tool('AccountService', 'Accounts', '-mUserName:eve')).toContain('"RoleId": "Operator"')
    await tool('AccountService', 'deleteuser', 'eve')
    expect(await tool('AccountService', 'Accounts')).toContain('"Members@odata.count": 2')
  })
})
