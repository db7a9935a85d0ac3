import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { requireTool } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'

/** Which commands there are, as ipmitool 1.8.19 finds out: it probes, and it has a firewall of its own. */
describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('commands that are there, switched off, or not there', () => {
  let lab: Lab
  let node: TestNode

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    lab = await upLab(`nodes:
  cn01:
    bmc: { address: ${node.host}, port: 623 }
    users: [{ name: ${node.user}, password: ${node.password}, privilege: admin }]
    machine: { kind: simulated, start: now }
`)
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  it('the firewall switches Chassis Control off, and on again', async () => {
    const info = () => ipmitoolOk(node, 'firewall', 'info', 'lun', '0', 'netfn', '0', 'command', '2')
    expect(await info()).toMatch(/Command 0x02: +\| X \| X \| X \|/)
    await ipmitoolOk(node, 'firewall', 'disable', 'lun', '0', 'netfn', '0', 'command', '2')
    expect(await info()).toMatch(/Command 0x02: +\| X \| X \| {3}\|/)
    const { code, stderr } = await ipmitool(node, 'chassis', 'power', 'reset')
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Insufficient privilege level') })
    expect(await ipmitoolOk(node, 'chassis', 'power', 'status')).toBe('Chassis Power is on\n')
    await ipmitoolOk(node, 'firewall', 'enable', 'lun', '0', 'netfn', '0', 'command', '2')
    await ipmitoolOk(node, 'chassis', 'power', 'reset')
  })

  it.each([
    [['picmg', 'properties'], /Error getting address information/],
    [['hpm', 'check'], /ccode: 0xc1/],
    [['vita', 'properties'], /Invalid command/],
    [['ime', 'info'], /Supported ME not found/],
    [['nm', 'discover'], /\(c1\)/],
    [['sunoem', 'version'], /193/],
    [['raw', '0x0c', '0x11', '0x01', '0x00', '0x00', '0x00'], /rsp=0xc1/],
    [['raw', '0x02', '0x00'], /rsp=0xc1/],
  ])('what is not there says so at once: %j', async (args, says) => {
    const { code, stdout, stderr } = await ipmitool(node, ...args)
    expect(stdout + stderr).toMatch(says)
    expect(code).not.toBe(0)
  })
})
