import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('cc', 'gcc'),
  requireFile('/usr/include/linux/ipmi.h', 'linux-libc-dev'),
  requireTestGuest(),
]

/** IPMI 2.0 §6.13: a console's message to LUN 2, by Linux's driver to a program in the guest, and its answer back. */
describe.skipIf(present.includes(false))('software in the guest, asked over the LAN', () => {
  const folder = tempFolder()
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  let server: Server
  let lab: Lab
  let node: TestNode
  let guest: GuestShell

  beforeAll(async () => {
    const answerer = join(folder, 'answer-messages')
    const source = join(import.meta.dirname, '../support/answer-messages.c')
    execFileSync('cc', [
      '-static',
      '-nostdlib',
      '-ffreestanding',
      '-fno-stack-protector',
      '-O1',
      '-o',
      answerer,
      source,
    ])
    server = createServer((_, response) => response.end(readFileSync(answerer)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ;[node] = testNodes([await unusedAddress()])
    lab = await upLab(
      `nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623 }
    users: [{ name: admin, password: password }]
    machine: { kind: qemu, accel: tcg, image: test-guest, nics: [user] }
`,
      { env },
    )
    guest = new GuestShell(lab, node.name, env)
    await ipmitoolOk(node, 'power', 'on')
    await guest.booted()
    const { port } = server.address() as AddressInfo
    // 10.0.2.2 is this machine in QEMU's user network.
    const fetching = `wget -q -O /tmp/answer http://10.0.2.2:${port}/ && chmod +x /tmp/answer`
    await until('the program in the guest', async () => (await guest.run(fetching)).code === 0)
    await guest.foundBmc()
  }, 400_000)
  afterAll(async () => {
    server?.close()
    await lab?.process.stop('SIGINT')
  })

  const toTheSystem = (...more: string[]) => ipmitool(node, '-l', '2', 'raw', ...more)

  it('a message that no program has asked for stays without an answer', async () => {
    // One second for each answer, so on a busy machine the login may have been too slow as well.
    const asked = await until('a session in which it was asked', async () => {
      const once = await ipmitool(node, '-N', '1', '-R', '1', '-l', '2', 'raw', '0x30', '0x55', '1')
      return !once.stderr.includes('Unable to establish') && once
    })
    expect(asked.code).not.toBe(0)
    expect(asked.stderr).toContain('Unable to send RAW command')
    expect(asked.stderr).not.toContain('rsp=')
  })

  it('ipmitool -l 2 gets the answer of the program', async () => {
    await guest.ok('/tmp/answer >/tmp/said & until grep -q registered /tmp/said; do usleep 50000; done')
    expect(await toTheSystem('0x30', '0x55', '1', '2', '3')).toMatchObject({ code: 0, stdout: ' 03 02 01\n' })
    expect(await toTheSystem('0x30', '0x55')).toMatchObject({ code: 0, stdout: '\n' })
  })

  it('an IPMI 1.5 session too', async () => {
    const login = ['-I', 'lan', '-H', node.host, '-U', node.user, '-P', node.password, '-l', '2']
    const asked = await run('ipmitool', [...login, '-N', '5', 'raw', '0x30', '0x55', '7', '9'])
    expect(asked).toMatchObject({ code: 0, stdout: ' 09 07\n' })
  })

  it('and the BMC answers for itself on LUN 0 as ever', async () => {
    expect((await ipmitool(node, 'raw', '0x30', '0x55')).stderr).toContain('rsp=0xc1')
    expect(await ipmitoolOk(node, 'raw', '6', '1')).toMatch(/^ 20/)
  })
})
