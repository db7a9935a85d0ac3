import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolInTerminal, ipmitoolOk } from '../support/ipmitool.ts'
import { askIpxe, enterIpxe } from '../support/ipxe.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import type { Child } from '../support/process.ts'
import { readable } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** `ipmitool sol activate` on a terminal, with SeaBIOS and iPXE of a real QEMU at the other end. */
describe.skipIf(present.includes(false))('serial-over-LAN with ipmitool', () => {
  let node: TestNode
  const consoles: Child[] = []

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    await upLab(qemuLab([node]))
  })

  afterEach(async () => {
    await Promise.all(consoles.splice(0).map((one) => one.stop()))
    await ipmitool(node, 'sol', 'deactivate')
    await ipmitoolOk(node, 'power', 'off')
    await until('power off', async () => (await ipmitoolOk(node, 'power', 'status')).includes('is off'))
  })

  async function activate(): Promise<Child> {
    const client = ipmitoolInTerminal(node, 'sol', 'activate')
    consoles.push(client)
    await client.waitFor('SOL Session operational', 60_000)
    return client
  }

  it('carries bytes both ways: iPXE is seen, and obeys', async () => {
    const client = await activate()
    await ipmitoolOk(node, 'power', 'on')
    await client.waitFor('iPXE', 60_000, readable)
    await enterIpxe(client, () => ipmitoolOk(node, 'power', 'reset'))
    await askIpxe(client, 'echo 0123456789 both-ways', '0123456789 both-ways')
    await askIpxe(client, 'help', 'Available commands')
  })

  it('shows what the machine says from its first byte on', async () => {
    const client = await activate()
    await ipmitoolOk(node, 'power', 'on')
    await client.waitFor('SeaBIOS (version', 60_000, readable)
  })

  it('refuses a second console and says why', async () => {
    await activate()
    const second = ipmitoolInTerminal(node, 'sol', 'activate')
    consoles.push(second)
    await second.waitFor('SOL payload already active on another session', 60_000)
    expect(await second.ended()).not.toBe(0)
  })

  it('gives the console up when another session deactivates it', async () => {
    const first = await activate()
    await ipmitoolOk(node, 'sol', 'deactivate')
    const second = await activate()
    first.send('x') // ipmitool notices at its next key that nobody acknowledges any more
    await first.waitFor('SOL session closed by BMC', 60_000)
    await ipmitoolOk(node, 'power', 'on')
    await second.waitFor('iPXE', 60_000, readable)
    expect(readable(first.output)).not.toContain('iPXE')
  })

  it('stays while the machine is switched off and on', async () => {
    const client = await activate()
    await ipmitoolOk(node, 'power', 'on')
    await client.waitFor('Ctrl-B', 60_000, readable)
    await ipmitoolOk(node, 'power', 'off')
    await until('power off', async () => (await ipmitoolOk(node, 'power', 'status')).includes('is off'))
    client.send('typed while off')
    client.forget()
    await ipmitoolOk(node, 'power', 'on')
    await enterIpxe(client, () => ipmitoolOk(node, 'power', 'reset'))
    expect(client.running).toBe(true)
  })

  it('leaves by ~. and the payload is free again', async () => {
    const client = await activate()
    client.send('\r~.')
    await client.waitFor('terminated ipmitool', 60_000)
    await client.ended()
    const { stdout, stderr } = await ipmitool(node, 'sol', 'deactivate')
    expect(stdout + stderr).toContain('SOL payload already de-activated')
  })

  it('takes a Break without harm', async () => {
    const client = await activate()
    await ipmitoolOk(node, 'power', 'on')
    await enterIpxe(client, () => ipmitoolOk(node, 'power', 'reset'))
    client.send('\r~B')
    await client.waitFor('send break', 60_000)
    await askIpxe(client, 'echo after-break', 'after-break')
  })
})
