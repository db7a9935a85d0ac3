import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { writeNmiGuest } from '../support/boot-sector.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { Kcs } from '../support/kcs.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { QmpClient } from '../support/qmp-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** One BMC between ipmitool on its LAN and a guest on its KCS interface. */
describe.skipIf(present.includes(false))('a guest and its BMC', () => {
  let lab: Lab
  let node: TestNode
  let qmp: QmpClient
  let kcs: Kcs
  const ok = (...args: string[]) => ipmitoolOk(node, ...args)

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    const folder = tempFolder()
    const [monitor, disk] = [join(folder, 'qmp'), join(folder, 'nmi.img')]
    writeNmiGuest(disk)
    const more = `disks: [${disk}], arguments: [-qmp, "unix:${monitor},server=on,wait=off"]`
    lab = await upLab(qemuLab([node]).replace('memory: 32M', `memory: 32M, ${more}`))
    await ok('power', 'on')
    qmp = await QmpClient.connect(monitor)
    kcs = new Kcs(qmp)
    await guestSays('guest!')
  })
  afterAll(async () => {
    qmp?.close()
    await lab?.process.stop('SIGINT')
  })

  const said = () => {
    const file = join(lab.state, node.name, 'console.log')
    return existsSync(file) ? readFileSync(file, 'latin1') : ''
  }
  const guestSays = (words: string) => until(words, () => said().includes(words), 60_000, said)

  it('an event that comes over the LAN is fetched by the guest', async () => {
    expect(await kcs.ask(0x06, 0x2e, 0x0e)).toBe('00')
    await ok('event', '1')
    await until('attention', () => kcs.attention())
    expect(await kcs.ask(0x06, 0x31)).toBe('00 02')
    // What ipmitool sends: sensor 30h, upper critical; our part is the generator, its software ID and the channel.
    expect(await kcs.ask(0x06, 0x35)).toMatch(/^00 .. .. 02 .. .. .. .. 81 10 04 01 30 01 09 ff ff$/)
    expect(await kcs.ask(0x06, 0x31)).toBe('00 00')
    await until('no attention', async () => !(await kcs.attention()))
  })

  it('its watchdog warns it with an NMI', async () => {
    expect(await kcs.ask(0x06, 0x24, 0x04, 0x20, 0x3b, 0x10, 0x58, 0x02)).toBe('00')
    expect(await kcs.ask(0x06, 0x22)).toBe('00')
    await guestSays('nmi!')
    expect(await ok('sel', 'elist')).toMatch(/Watchdog2? .*Timer interrupt/)
    expect(await ok('mc', 'watchdog', 'get')).toMatch(/^Watchdog Timer Is: +Started\/Running$/m)
  })

  it('one that restarts itself has no watchdog any more, and no interrupts', async () => {
    expect(await kcs.ask(0x06, 0x2e, 0x0f)).toBe('00')
    // QEMU's pc resets at port CF9h; by now no firmware is on its way up.
    const resets = () => qmp.events.filter((event) => event === 'RESET').length
    const before = resets()
    await qmp.outPort(0xcf9, 0x06)
    await until('the reset', () => resets() > before)
    await until('the watchdog to stop', async () =>
      /^Watchdog Timer Is: +Stopped$/m.test(await ok('mc', 'watchdog', 'get')),
    )
    expect(await kcs.ask(0x06, 0x2f)).toBe('00 08')
  })
})
