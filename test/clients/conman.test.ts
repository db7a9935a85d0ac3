import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { enterIpxe } from '../support/ipxe.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { type Child, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable, startInTerminal } from '../support/terminal.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

const present = [
  requireTool('conmand', 'conman'),
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
]

/** conman 0.2.7: its daemon holds the consoles open over IPMI and writes them to files. It knows no port but 623. */
describe.skipIf(present.includes(false))('conman', () => {
  let nodes: TestNode[]
  let daemon: Child
  let folder: string
  let port: number
  const log = (node: TestNode) => {
    const file = join(folder, `console.${node.name}`)
    return existsSync(file) ? readable(readFileSync(file, 'latin1')) : ''
  }

  beforeAll(async () => {
    nodes = testNodes([await unusedAddress(), await unusedAddress()])
    await upLab(qemuLab(nodes))
    folder = tempFolder()
    port = await unusedPort()
    const config = join(folder, 'conman.conf')
    mkdirSync(join(folder, 'home'))
    writeFileSync(
      config,
      `SERVER loopback=ON
SERVER port=${port}
SERVER logdir="${folder}"
SERVER pidfile="${join(folder, 'conman.pid')}"
GLOBAL log="console.%N"
GLOBAL ipmiopts="U:admin,P:password"
${nodes.map(({ name, host }) => `CONSOLE name="${name}" dev="ipmi:${host}"`).join('\n')}
`,
    )
    chmodSync(config, 0o600)
    daemon = start(findTool('conmand') ?? 'conmand', ['-F', '-v', '-c', config], {
      env: { HOME: join(folder, 'home') },
    })
  })
  // Before the BMCs, which it says goodbye to: where they are gone, it asks them for most of a minute.
  afterAll(() => daemon?.stop())

  it('connects to both consoles', async () => {
    for (const node of nodes) {
      await until(
        `a console of ${node.name}`,
        () => log(node).includes(`Console [${node.name}] connected to <${node.host}>`),
        120_000,
        () => daemon.output + log(node),
      )
    }
  })

  it('logs what each machine says, and nothing of the other', async () => {
    for (const node of nodes) {
      await ipmitoolOk(node, 'power', 'on')
      await until(
        `iPXE in the log of ${node.name}`,
        () => log(node).includes('Ctrl-B'),
        120_000,
        () => log(node),
      )
    }
    expect(daemon.running).toBe(true)
    expect((await run('conman', ['-d', `127.0.0.1:${port}`, '-q'])).stdout.split('\n')).toEqual(['cn01', 'cn02', ''])
  })

  it('lets a user in to type', async () => {
    const client = startInTerminal('conman', ['-d', `127.0.0.1:${port}`, 'cn01'])
    await client.waitFor('Connection to console [cn01] opened')
    await ipmitoolOk(nodes[0], 'power', 'reset')
    await enterIpxe(client, () => ipmitoolOk(nodes[0], 'power', 'reset'))
    client.send('&.')
    expect(await client.ended()).toBe(0)
  })
})
