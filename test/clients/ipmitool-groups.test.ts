import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ipmitool } from '../support/ipmitool.ts'
import type { TestNode } from '../support/node.ts'
import { upSimulatedNode } from '../support/simulated-node.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'

/** What ipmitool 1.8.19 can ask and the other files do not, group by group: it succeeds, and says nothing on standard error. */
describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('ipmitool, group by group', () => {
  let node: TestNode

  beforeAll(async () => {
    ;({ node } = await upSimulatedNode())
  })

  const clean = async (...args: string[]) => {
    const { code, stdout, stderr } = await ipmitool(node, ...args)
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
    return stdout
  }
  const words = (text: string) => text.split(' ')

  it.each([
    ['mc getenables', /^System Event Logging +: enabled$/m],
    ['mc getsysinfo system_name', /^cn01$/m],
    ['mc watchdog get', /^Watchdog Timer Is: +Stopped$/m],
    ['chassis selftest', /^Self Test Results +: passed$/m],
    ['chassis bootmbox get', /^ IANA PEN +: 0/m],
    ['session info all', /^user id +: 2$/m],
    ['session info handle 1', /^privilege level +: ADMINISTRATOR$/m],
    ['channel info 1', /^ {2}Session Support +: multi-session$/m],
    ['channel authcap 1 4', /^Channel supports IPMI v2\.0 : yes$/m],
    ['channel getciphers sol 1', /^17 +N\/A +hmac_sha256 +sha256_128 +aes_cbc_128/m],
    ['user summary 1', /^Enabled User Count +: 3$/m],
    ['sol payload status 1 2', /^User 2 on channel 1 is enabled$/m],
    ['firewall info', /^00,06 support: +[0-9a-f]{8}/m],
    ['firewall info lun 0 netfn 6', /^enabled: +(?!0{8})[0-9a-f]{8} /m],
    ['lan alert print 1', /^Alert Destination +: 4$/m],
    ['sdr info', /^Reserve SDR repository supported +: yes$/m],
    ['sdr list mcloc', /^BMC +\| Dynamic MC @ 20h +\| ok$/m],
    ['sdr list fru', /^PSU1 +\| Log FRU @01h 0a\.1 \| ok$/m],
    ['sdr list compact', /^Watchdog +\| 0x00 +\| ok$/m],
    ['sdr type Fan', /^Fan 4 +\| 13h \| ok +\| 29\.4 \| \d+ RPM$/m],
    ['sdr entity 29.1', /^Fan 1 +\| 10h \| ok +\| 29\.1 \| \d+ RPM$/m],
    ['sel info', /^Supported Cmds +: 'Delete' .*'Reserve' 'Get Alloc Info'/m],
    ['sel get 1', /^ Sensor Type +: Power Unit$/m],
    ['i2c bus=0 0xa0 4 0', /^( [0-9a-f]{2}){4}$/m],
    ['dcmi sensors', /^Record ID 0x0007: Inlet Temp +\| \d+ degrees C +\| ok$/m],
    ['dcmi get_temp_reading', /^CPU temperature sensors\(41h\)\s+2\s+\+\d+ C$/m],
    ['fru list', /^ Board Product +: Generic Mainboard$/m],
  ])('%s', async (command, answer) => {
    expect(await clean(...words(command))).toMatch(answer)
  })

  it('sends its sample events, and events of a sensor by name', async () => {
    await clean('sel', 'clear')
    for (const number of ['1', '2', '3']) await clean('event', number)
    await clean('event', 'CPU1 Temp', 'ucr')
    await clean('event', 'CPU1 Temp', 'ucr', 'deassert')
    expect((await clean('sel', 'list')).split('\n').map((line) => line.split(' | ').slice(3).join(' | '))).toEqual([
      expect.stringMatching(/^Temperature #0x30 \| Upper Critical going high \| Asserted/),
      expect.stringMatching(/^Voltage #0x60 \| Lower Critical going low +\| Asserted/),
      expect.stringMatching(/^Memory #0x53 \| Correctable ECC \| Asserted/),
      expect.stringMatching(/^Temperature #0x01 \| Upper Critical going high \| Asserted/),
      expect.stringMatching(/^Temperature #0x01 \| Upper Critical going (high|low) +\| Deasserted/),
      '',
    ])
    expect((await ipmitool(node, 'event', 'CPU1 Temp', 'list')).stdout).toMatch(/^ {2}unc : Upper Non-Critical$/m)
    await clean('sel', 'delete', '2')
    expect(await clean('sel', 'list')).not.toMatch(/Voltage/)
  })

  it('saves the log, the SDRs and a FRU to files, and writes the FRU back', async () => {
    const folder = tempFolder()
    const [log, sdrs, fru] = ['sel', 'sdr', 'fru'].map((name) => join(folder, name))
    await clean('sel', 'save', log)
    expect(readFileSync(log, 'utf8')).toMatch(/^0x04 0x01 0x30 /m)
    await clean('sdr', 'dump', sdrs)
    expect(readFileSync(sdrs).length).toBeGreaterThan(1000)
    await clean('fru', 'read', '1', fru)
    expect(readFileSync(fru).includes('Power Supply 800W')).toBe(true)
    await clean('fru', 'write', '1', fru)
    expect(await clean('fru', 'print', '1')).toMatch(/^ Product Name +: Power Supply 800W$/m)
  })

  it.each([
    ['lan set 1 snmp rack12', 'lan print 1', /^SNMP Community String +: rack12$/m],
    ['lan set 1 vlan id off', 'lan print 1', /^802\.1q VLAN ID +: Disabled$/m],
    ['lan set 1 auth ADMIN MD5', 'lan print 1', /: Admin +: MD5 *$/m],
    ['lan set 1 cipher_privs XaXaaXaXaaaaaaa', 'lan print 1', /^Cipher Suite Priv Max +: XaXaaXaXaaa/m],
    ['lan alert set 1 2 ipaddr 127.57.0.77', 'lan alert print 1 2', /^Alert IP Address +: 127\.57\.0\.77$/m],
    ['lan alert set 1 2 retry 3', 'lan alert print 1 2', /^Number of Retries +: 3$/m],
    ['mc setsysinfo primary_os_name Debian', 'mc getsysinfo primary_os_name', /^Debian$/m],
    ['sol set retry-interval 20 1', 'sol info 1', /^Retry Interval \(ms\) +: 200$/m],
    ['sol set privilege-level operator 1', 'sol info 1', /^Privilege Level +: OPERATOR$/m],
    ['sol payload disable 1 3', 'sol payload status 1 3', /^User 3 on channel 1 is disabled$/m],
    ['user priv 4 1 1', 'user list 1', /^4 +user .* CALLBACK$/m],
    ['chassis bootmbox set block 1 0 0x41 0x42', 'chassis bootmbox get block 1', /4142/],
    ['chassis bootdev cdrom options=persistent', 'chassis bootparam get 5', /Options apply to all future boots/],
    ['sensor thresh Inlet\u00a0Temp ucr 46', 'sensor get Inlet\u00a0Temp', /^ Upper Critical +: 46\.000$/m],
  ])('%s, and it reads back', async (set, get, answer) => {
    const spaced = (text: string) => words(text).map((word) => word.replaceAll('\u00a0', ' '))
    const { code, stderr } = await ipmitool(node, ...spaced(set))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await clean(...spaced(get))).toMatch(answer)
  })

  it.each([
    ['picmg properties', /Error getting address information|Invalid command/],
    ['hpm check', /0xc1: Invalid command|not be supporting the HPM\.1/],
    ['vita properties', /Invalid completion code received: Invalid command/],
    ['isol info', /not supported/],
  ])('is told at once that %s is not there', async (command, answer) => {
    const { stdout, stderr } = await ipmitool(node, ...words(command))
    expect(stdout + stderr).toMatch(answer)
  })
})
