import { beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolInTerminal, ipmitoolOk } from '../support/ipmitool.ts'
import { enterIpxe } from '../support/ipxe.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import type { Child } from '../support/process.ts'
import { readable } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** The order in which xCAT's rcons calls ipmitool, with no -C: `mc info`, `sol deactivate`, `sol activate`. */
describe.skipIf(present.includes(false))("xCAT's rcons", () => {
  let node: TestNode

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    await upLab(qemuLab([node]))
  })

  async function rcons(): Promise<Child> {
    const info = await ipmitoolOk(node, 'mc', 'info')
    expect(info).toMatch(/^IPMI Version +: 2\.0$/m) // 1.5 would make rcons use Intel's isol
    expect(info).not.toMatch(/^Manufacturer ID +: 343$/m) // Intel: -o intelplus
    await ipmitool(node, 'sol', 'deactivate')
    const client = ipmitoolInTerminal(node, 'sol', 'activate')
    await client.waitFor('SOL Session operational', 60_000)
    return client
  }

  it('works twice in a row', async () => {
    await ipmitoolOk(node, 'power', 'on')
    for (let time = 0; time < 2; time++) {
      const client = await rcons()
      await ipmitoolOk(node, 'power', 'reset')
      await client.waitFor('Ctrl-B', 60_000, readable)
      await client.stop('SIGKILL') // rcons is often killed: its session is left behind
    }
  })

  it('takes the console over from another client, which ends', async () => {
    const first = await rcons()
    const second = await rcons()
    first.send('x')
    await first.waitFor('SOL session closed by BMC', 60_000)
    await ipmitoolOk(node, 'power', 'reset')
    await enterIpxe(second, () => ipmitoolOk(node, 'power', 'reset'))
  })
})
