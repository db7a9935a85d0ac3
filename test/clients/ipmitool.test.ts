import { beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** ipmitool 1.8.19 against a BMC whose machine is a real QEMU: no -C, no workaround flag. */
describe.skipIf(present.includes(false))('ipmitool over lanplus', () => {
  let lab: Lab
  let node: TestNode
  const ok = (...args: string[]) => ipmitoolOk(node, ...args)
  const refusal = async (...args: string[]) => {
    const { code, stdout, stderr } = await ipmitool(node, ...args)
    expect(code).toBe(1)
    return stdout + stderr
  }

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    lab = await upLab(qemuLab([node]))
  })

  it('reads the device id, and knows at once which cipher suite to take', async () => {
    const { code, stdout, stderr } = await ipmitool(node, 'mc', 'info')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^IPMI Version +: 2\.0$/m)
    expect(stdout).toMatch(/^Device Available +: yes$/m)
  })

  it('prints the GUID that is also the UUID of the VM', async () => {
    expect(await ok('mc', 'guid')).toContain(node.uuid)
  })

  it('takes the best suite, 17, by itself', async () => {
    const { stderr, stdout } = await ipmitool(node, '-v', 'session', 'info', 'active')
    expect(stdout + stderr).toMatch(/cipher suite(?: ID)? 17|Using best available cipher suite 17/i)
  })

  describe('power', () => {
    const isOn = () => qemuProcesses(node.uuid).length === 1
    const isOff = () => qemuProcesses(node.uuid).length === 0
    const status = () => ok('power', 'status')

    it('is off, and "off" again is no error', async () => {
      expect(await status()).toBe('Chassis Power is off\n')
      await ok('power', 'off')
      expect(isOff()).toBe(true)
    })

    it.each(['reset', 'diag', 'soft'])('refuses %s while off', async (action) => {
      const { code, stderr } = await ipmitool(node, 'chassis', 'power', action)
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/not supported in present state/i) })
    })

    it('goes on: one QEMU runs', async () => {
      expect(await ok('chassis', 'power', 'on')).toBe('Chassis Power Control: Up/On\n')
      await until('QEMU to run', isOn)
      expect(await status()).toBe('Chassis Power is on\n')
      await ok('power', 'on')
      expect(isOn()).toBe(true)
      expect(await ok('chassis', 'restart_cause')).toMatch(/chassis power control command/i)
    })

    it.each(['reset', 'diag', 'soft'])(
      'does %s on a running one, which stays on without a guest to obey',
      async (action) => {
        const [before] = qemuProcesses(node.uuid)
        await ok('chassis', 'power', action)
        expect(qemuProcesses(node.uuid)).toEqual([before])
        expect(await status()).toBe('Chassis Power is on\n')
      },
    )

    it('cycles: another QEMU runs afterwards', async () => {
      const [before] = qemuProcesses(node.uuid)
      await ok('power', 'cycle')
      await until('another QEMU', () => isOn() && !qemuProcesses(node.uuid).includes(before), 20_000)
      await until('power on', async () => (await status()) === 'Chassis Power is on\n')
    })

    it('goes off: no QEMU is left', async () => {
      await ok('power', 'off')
      await until('power off', async () => (await status()) === 'Chassis Power is off\n', 20_000)
      await until('QEMU to be gone', isOff)
    })
  })

  it('prints the chassis status', async () => {
    const status = await ok('chassis', 'status')
    expect(status).toMatch(/^System Power +: off$/m)
    expect(status).toMatch(/^Power Overload +: false$/m)
    expect(status).toMatch(/^Main Power Fault +: false$/m)
  })

  it('keeps the power restore policy', async () => {
    expect(await ok('chassis', 'policy', 'list')).toMatch(/always-off.*always-on.*previous|previous.*always-off/)
    for (const policy of ['always-on', 'previous', 'always-off']) {
      await ok('chassis', 'policy', policy)
      expect(await ok('chassis', 'status')).toMatch(new RegExp(`^Power Restore Policy +: ${policy}$`, 'm'))
    }
  })

  it('identifies, with and without an interval', async () => {
    expect(await ok('chassis', 'identify')).toMatch(/default/)
    expect(await ok('chassis', 'identify', '3')).toMatch(/3 seconds/)
    expect(await ok('chassis', 'identify', 'force')).toMatch(/indefinite/)
    expect(await ok('chassis', 'identify', '0')).toMatch(/off/)
  })

  it('counts power-on hours', async () => {
    expect(await ok('chassis', 'poh')).toMatch(/^POH Counter +: \d+ days?, \d+ hours?/m)
  })

  it.each([
    ['pxe', 'Force PXE'],
    ['disk', 'Force Boot from default Hard-Drive'],
    ['cdrom', 'Force Boot from CD/DVD'],
    ['bios', 'Force Boot into BIOS Setup'],
    ['none', 'No override'],
  ])('stores and reads back bootdev %s', async (device, words) => {
    await ok('chassis', 'bootdev', device)
    const flags = await ok('chassis', 'bootparam', 'get', '5')
    expect(flags).toContain(`Boot Device Selector : ${words}`)
    expect(flags).toContain('Options apply to only next boot')
  })

  it('keeps the persistent and EFI bits of the boot flags', async () => {
    await ok('chassis', 'bootdev', 'pxe', 'options=persistent,efiboot')
    const flags = await ok('chassis', 'bootparam', 'get', '5')
    expect(flags).toContain('Boot Flag Valid')
    expect(flags).toContain('Options apply to all future boots')
    expect(flags).toContain('BIOS EFI boot')
    await ok('chassis', 'bootdev', 'none')
  })

  it('prints the LAN configuration', async () => {
    const lan = await ok('lan', 'print', '1')
    expect(lan).toMatch(/^Set in Progress +: Set Complete$/m)
    expect(lan).toMatch(/^IP Address +: \d+\.\d+\.\d+\.\d+$/m)
    expect(lan).toMatch(/^MAC Address +: ([0-9a-f]{2}:){5}[0-9a-f]{2}$/m)
    expect(lan).toMatch(/^RMCP\+ Cipher Suites +: 1,2,3,6,7,8,11,12,15,16,17$/m)
  })

  it('prints channel information, access and ciphers', async () => {
    expect(await ok('channel', 'info', '1')).toMatch(/Channel Medium Type +: 802\.3 LAN/)
    expect(await ok('channel', 'getaccess', '1', '2')).toMatch(/Privilege Level +: ADMINISTRATOR/)
    const suites = await ok('channel', 'getciphers', 'ipmi', '1')
    for (const id of [3, 8, 12, 15, 16, 17]) expect(suites).toMatch(new RegExp(`^${id}\\s`, 'm'))
    expect(suites).not.toMatch(/^0\s/m)
  })

  it('names itself among the active sessions', async () => {
    const session = await ok('session', 'info', 'active')
    expect(session).toMatch(/^user id +: 2$/m)
    expect(session).toMatch(/^privilege level +: ADMINISTRATOR$/m)
    expect(session).toMatch(/^console ip +: 127\./m)
  })

  describe('users', () => {
    it('lists the configured ones', async () => {
      const list = await ok('user', 'list', '1')
      expect(list).toMatch(/^2 +admin .*ADMINISTRATOR$/m)
      expect(list).toMatch(/^3 +operator .*OPERATOR$/m)
      expect(list).toMatch(/^4 +user .*USER$/m)
      expect(list).not.toMatch(/Unknown/)
    })

    it('makes a new one that can log in at its level and no higher', async () => {
      await ok('user', 'set', 'name', '5', 'newcomer')
      await ok('user', 'set', 'password', '5', 'sixteen-or-less')
      await ok('user', 'priv', '5', '3', '1')
      await ok('user', 'enable', '5')
      expect(await ok('user', 'test', '5', '16', 'sixteen-or-less')).toContain('Success')
      expect(await refusal('user', 'test', '5', '16', 'wrong')).toMatch(/password incorrect/i)
      expect(await refusal('user', 'test', '5', '20', 'sixteen-or-less')).toMatch(/wrong password size/i)

      const newcomer = { ...node, user: 'newcomer', password: 'sixteen-or-less' }
      expect(await ipmitoolOk(newcomer, '-L', 'OPERATOR', 'power', 'status')).toBe('Chassis Power is off\n')
      expect((await ipmitool(newcomer, '-v', '-L', 'ADMINISTRATOR', 'power', 'status')).code).toBe(1)

      await ok('user', 'disable', '5')
      expect((await ipmitool(newcomer, '-L', 'OPERATOR', 'power', 'status')).code).toBe(1)
    })

    it('keeps a 20-byte password whole', async () => {
      await ok('user', 'set', 'name', '6', 'long')
      await ok('user', 'set', 'password', '6', 'abcdefghijklmnopqrst', '20')
      await ok('user', 'priv', '6', '4', '1')
      await ok('user', 'enable', '6')
      const long = { ...node, user: 'long', password: 'abcdefghijklmnopqrst' }
      expect(await ipmitoolOk(long, 'power', 'status')).toBe('Chassis Power is off\n')
      const cut = { ...long, password: 'abcdefghijklmnop' }
      expect((await ipmitool(cut, 'power', 'status')).code).toBe(1)
    })
  })

  it('reads and writes the SOL configuration', async () => {
    const info = await ok('sol', 'info', '1')
    expect(info).toMatch(/^Enabled +: true$/m)
    expect(info).toMatch(/^Payload Port +: 623$/m)
    await ok('sol', 'set', 'retry-count', '5', '1')
    expect(await ok('sol', 'info', '1')).toMatch(/^Retry Count +: 5$/m)
  })

  describe('a login that fails says why', () => {
    it.each([
      ['a wrong password', { password: 'wrong' }, [], /RAKP 2 (message|HMAC)[^\n]*invalid/i],
      ['an unknown user', { user: 'nobody' }, [], /RAKP 2 message indicates an error : unauthorized name/i],
      [
        "a level above the user's",
        { user: 'user', password: 'user-secret' },
        ['-L', 'ADMINISTRATOR'],
        /RAKP 2 message indicates an error : unauthorized role requested/,
      ],
      ['cipher suite 0', {}, ['-C', '0'], /Error in open session response message : no matching cipher suite/],
    ])('for %s', async (_, change, args, expected) => {
      const { code, stdout, stderr } = await ipmitool({ ...node, ...change }, '-v', ...args, 'power', 'status')
      expect(code).toBe(1)
      expect(stdout + stderr).toMatch(expected)
    })

    it('and a plain user may look but not switch', async () => {
      const user = { ...node, user: 'user', password: 'user-secret' }
      expect(await ipmitoolOk(user, '-L', 'USER', 'power', 'status')).toBe('Chassis Power is off\n')
      const { code, stderr } = await ipmitool(user, '-L', 'USER', 'power', 'on')
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/insufficient privilege/i) })
      expect(qemuProcesses(node.uuid)).toEqual([])
    })
  })

  // 11 and 12 end in an assertion inside ipmitool 1.8.19 itself; freeipmi.test.ts tries them.
  it.each(['1', '2', '3', '6', '7', '8', '15', '16', '17'])('logs in with cipher suite %s', async (suite) => {
    expect(await ok('-C', suite, 'power', 'status')).toBe('Chassis Power is off\n')
  })

  it('answers C1h to what is not there', async () => {
    const { code, stderr } = await ipmitool(node, 'raw', '0x30', '0x01')
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/rsp=0xc1\): Invalid command/i) })
  })

  it('leaves nothing behind when the lab ends', async () => {
    await ok('power', 'on')
    expect(await lab.process.stop('SIGINT')).toBe(0)
    expect(qemuProcesses(node.uuid)).toEqual([])
  })
})
