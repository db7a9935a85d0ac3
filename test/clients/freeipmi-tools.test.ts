import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { freeipmi } from '../support/freeipmi.ts'
import type { TestNode } from '../support/node.ts'
import { run, start } from '../support/process.ts'
import { upSimulatedNode } from '../support/simulated-node.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

/**
 * The tools of FreeIPMI 1.6.10 that the other files leave out, with no -W: a reply that is not exactly as the specification has
 * it shows as a time-out or a complaint here. bmc-watchdog is not among them: it knows no LAN, only a driver of the
 * host that it runs on (dcmi-watchdog.test.ts does the same from a guest's system interface).
 */
describe.skipIf(!requireTool('bmc-device', 'freeipmi-tools'))('FreeIPMI, tool by tool', () => {
  let node: TestNode

  beforeAll(async () => {
    ;({ node } = await upSimulatedNode())
  })

  // FreeIPMI keeps the SDRs that it has read in the home folder of the user, whatever HOME says.
  const cache = ['--quiet-cache', `--sdr-cache-directory=${tempFolder()}`]

  /** Succeeds without a word on standard error. */
  const asked = async (tool: string, ...args: string[]) => {
    const { code, stdout, stderr } = await freeipmi(tool, node, '-l', 'ADMIN', ...args)
    expect({ tool, args, code, stderr }).toEqual({ tool, args, code: 0, stderr: '' })
    return stdout
  }

  describe('bmc-device', () => {
    it.each([
      ['--get-self-test-results', /^Self Test Result : No Error$/m],
      ['--get-acpi-power-state', /^ACPI System Power State : S0\/G0$/m],
      ['--get-sel-time', /^SEL Time : \d\d\/\d\d\/20\d\d - \d\d:\d\d:\d\d$/m],
      ['--get-sdr-repository-time', /^SDR Repository Time : \d\d\/\d\d\/20\d\d - \d\d:\d\d:\d\d$/m],
      ['--get-sel-time-utc-offset', /^SEL UTC Offset : Unspecified$/m],
      ['--get-lan-statistics', /^Valid RMCP Packets Received +: [1-9]\d*$/m],
      ['--get-kcs-interface-capabilities', /^KCS Maximum Input Message Size : 255 bytes$/m],
      ['--get-bt-interface-capabilities', /^BT Input Buffer Size +: 255 bytes$/m],
      ['--get-bmc-global-enables', /^System Event Logging +: enabled$/m],
    ])('%s', async (question, answer) => {
      expect(await asked('bmc-device', question)).toMatch(answer)
    })

    it('sets times, the ACPI state and the names of the system', async () => {
      await asked('bmc-device', '--set-sel-time=11/20/2020 - 12:00:00')
      expect(await asked('bmc-device', '--get-sel-time')).toMatch(/^SEL Time : 11\/20\/2020 - 12:0/)
      await asked('bmc-device', '--set-sel-time=now')
      await asked('bmc-device', '--set-sel-time-utc-offset=60')
      expect(await asked('bmc-device', '--get-sel-time-utc-offset')).toMatch(/60 minutes/)
      await asked('bmc-device', '--set-acpi-power-state', '--set-acpi-system-power-state=S4_S5')
      expect(await asked('bmc-device', '--get-acpi-power-state')).toMatch(/System Power State : S4\/S5/)
      await asked('bmc-device', '--set-system-name=a name of more than sixteen bytes')
      expect(await asked('bmc-info', '--get-system-info')).toMatch(
        /^System Name +: a name of more than sixteen bytes$/m,
      )
    })

    it('has an event processed, and a sensor rearmed', async () => {
      await asked('bmc-device', '--platform-event=0x04 0x01 0x05 0x01 assertion 0x57 0x96 0x70')
      expect(await asked('ipmi-sel', ...cache, '--tail=1')).toMatch(
        /\| Temperature +\| Upper Non-critical - going high ; Sensor Reading = 96h ; Threshold = 70h/,
      )
      await asked('bmc-device', ...cache, '--rearm-sensor=7')
    })

    it('clears the statistics', async () => {
      const received = async () =>
        Number(/^IP Packets Received +: (\d+)$/m.exec(await asked('bmc-device', '--get-lan-statistics'))?.[1])
      // All the tests above, and two sessions with what they had to ask again.
      const before = await received()
      await asked('bmc-device', '--clear-lan-statistics')
      expect(await received()).toBeLessThan(before / 2)
    })

    it('resets the BMC, which is there again', async () => {
      await asked('bmc-device', '--warm-reset')
      expect(await asked('bmc-info', '--get-device-id')).toMatch(/^IPMI Version +: 2\.0$/m)
    })
  })

  it('bmc-info reads GUIDs and channels', async () => {
    const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/m
    expect(await asked('bmc-info', '--get-device-guid')).toMatch(guid)
    expect(await asked('bmc-info', '--get-system-guid')).toMatch(guid)
    expect(await asked('bmc-info', '--get-channel-info')).toMatch(/^Session Support +: multi-session$/m)
  })

  describe('ipmi-chassis', () => {
    it.each([
      ['--get-chassis-capabilities', /^SDR Device Address +: 20h$/m],
      ['--get-chassis-status', /^System Power +: on$/m],
      ['--get-power-on-hours-counter', /^Power on hours : 0 Hours \d+ Minutes$/m],
      ['--get-system-restart-cause', /^Restart cause : /m],
    ])('%s', async (question, answer) => {
      expect(await asked('ipmi-chassis', question)).toMatch(answer)
    })

    it('identifies, sets the restore policy, and switches the power', async () => {
      await asked('ipmi-chassis', '--chassis-identify=FORCE')
      expect(await asked('ipmi-chassis', '--get-chassis-status')).toMatch(
        /Identify state +: on \(indefinite\)|: indefinite/i,
      )
      await asked('ipmi-chassis', '--chassis-identify=TURN-OFF')
      await asked('ipmi-chassis', '--set-power-restore-policy=ALWAYS-ON')
      expect(await asked('ipmi-chassis', '--get-chassis-status')).toMatch(/^Power restore policy +: Always on$/m)
      await asked('ipmi-chassis', '--chassis-control=HARD-RESET')
      expect(await asked('ipmi-chassis', '--get-system-restart-cause')).toMatch(/chassis control command/i)
    })
  })

  it('ipmi-raw shows the bytes', async () => {
    expect(await asked('ipmi-raw', '0', '0x06', '0x01')).toMatch(/^rcvd: 01 00 20 01 01 00 02 /)
    const { stdout } = await freeipmi('ipmi-raw', node, '0', '0x06', '0x7f')
    expect(stdout).toMatch(/^rcvd: 7F C1/)
  })

  it.each([
    ['ipmiping', /2 responses received in time, 0\.0% packet loss/],
    ['rmcpping', /2 pongs received in time, 0\.0% packet loss/],
  ])('%s hears two answers to two questions', async (tool, words) => {
    const { code, stdout } = await run(findTool(tool) ?? tool, ['-c', '2', node.host])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(words) })
  })

  it.skipIf(!requireTool('ipmidetectd', 'freeipmi-ipmidetect'))(
    'ipmidetectd detects it, and not its neighbour',
    async () => {
      const [port, nobody] = [await unusedPort(), await unusedAddress()]
      const file = join(tempFolder(), 'ipmidetectd.conf')
      const settings = [
        'ipmiping_period 1000',
        `ipmidetectd_server_port ${port}`,
        `host ${node.host}`,
        `host ${nobody}`,
      ]
      writeFileSync(file, `${settings.join('\n')}\n`)
      const daemon = start(findTool('ipmidetectd') ?? 'ipmidetectd', ['-d', '-c', file])
      const detect = async (which: string) => {
        const args = ['-h', '127.0.0.1', '-p', String(port), which, '--newline']
        return (await run(findTool('ipmidetect') ?? 'ipmidetect', args)).stdout.trim()
      }
      await until('the BMC to be detected', async () => (await detect('--detected')) === node.host)
      expect(await detect('--undetected')).toBe(nobody)
      await daemon.stop()
    },
  )

  describe('ipmi-sensors, ipmi-sel and ipmi-fru', () => {
    it('show every detail of a record, without a complaint', async () => {
      expect(await asked('ipmi-sensors', ...cache, '--sdr-info')).toMatch(/^SDR record count +: [1-9]\d$/m)
      const inlet = await asked('ipmi-sensors', ...cache, '-vv', '--record-ids=7')
      expect(inlet).toMatch(/^ID String: Inlet Temp$/m)
      expect(inlet).toMatch(/^Upper Critical Threshold: 47\.000000 C$/m)
      expect(await asked('ipmi-sensors', ...cache, '-t', 'Fan', '--comma-separated-output')).toMatch(
        /^\d+,Fan 1,Fan,\d+\.00,RPM,'OK'$/m,
      )
      expect(await asked('ipmi-sel', ...cache, '-vvv', '--display=1')).toMatch(/Power Unit/)
      expect(await asked('ipmi-fru', ...cache, '--device-id=1')).toMatch(/FRU Product Name: Power Supply 800W/)
    })

    it('delete one event', async () => {
      await asked('ipmi-sel', '--delete=1')
      const left = await asked('ipmi-sel', ...cache, '--no-header-output')
      expect(left).not.toMatch(/^1 +\|/m)
      expect(left).toMatch(/^2 +\|/m)
    })
  })

  describe('ipmi-config', () => {
    const config = (category: string, ...args: string[]) =>
      freeipmi('ipmi-config', node, '-l', 'ADMIN', ...cache, '-g', category, ...args)
    const silent = { code: 0, stdout: '', stderr: '' }

    it.each(['core', 'chassis', 'sensors', 'dcmi'])('writes back what it has read: %s', async (category) => {
      const file = join(tempFolder(), category)
      const { stdout, stderr } = await config(category, '--checkout')
      expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^Section [\s\S]*^EndSection$/m), stderr: '' })
      writeFileSync(file, stdout)
      expect(await config(category, '--commit', '-n', file)).toEqual(silent)
      expect(await config(category, '--diff', '-n', file)).toEqual(silent)
    })

    it('sets what can be set and not read', async () => {
      const power = ['Power_Cycle_Interval=9', 'Power_Restore_Policy=Restore_State_AC_Apply']
      const pairs = power.flatMap((pair) => ['-e', `Chassis_Power_Conf:${pair}`])
      expect(await config('chassis', '--commit', ...pairs)).toEqual(silent)
      expect(await asked('ipmi-chassis', '--get-chassis-status')).toMatch(/^Power restore policy +: Restore$/im)
    })

    it.each([
      ['core', 'User5:Username', 'committed'],
      ['core', 'SOL_Conf:SOL_Retry_Count', '5'],
      ['core', 'Lan_Conf_Misc:Enable_Gratuitous_ARPs', 'Yes'],
      ['chassis', 'Chassis_Boot_Flags:Boot_Device', 'PXE'],
      ['sensors', '5_CPU1_Temp:Upper_Critical_Threshold', '89.000000'],
    ])('sets one key of %s, %s, and sees the difference to another', async (category, key, value) => {
      expect(await config(category, '--commit', '-e', `${key}=${value}`)).toMatchObject({ code: 0, stderr: '' })
      expect(await config(category, '--diff', '-e', `${key}=${value}`)).toMatchObject({
        code: 0,
        stdout: '',
        stderr: '',
      })
      const [section, name] = key.split(':')
      const checkedOut = await config(category, '--checkout', '--section', section)
      expect(checkedOut.stdout).toMatch(new RegExp(`^\\s${name} +${value}$`, 'm'))
    })
  })
})
