import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim, type Lab, upLab } from '../support/bmcsim.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

/** On QEMU's own network nothing but QEMU is needed. */
describe.skipIf(!requireTool('qemu-system-x86_64', 'qemu-system-x86'))('booting from QEMU’s own network', () => {
  let lab: Lab | undefined
  afterEach(() => lab?.process.stop('SIGINT'))

  const yaml = async (say: string, address?: string) => `networks:
  out:
    kind: user
    boot:
      script: |
        #!ipxe
        echo [{name} says ${say}]
        shell
nodes:
  cn1:
    users: [{ name: admin, password: password }]
    bmc: { address: ${address ?? (await unusedAddress())} }
    machine: { kind: qemu, accel: tcg, start: now, nics: [{ network: out }] }
  cn2:
    users: [{ name: admin, password: password }]
    bmc: { address: ${address ?? (await unusedAddress())} }
    machine: { kind: qemu, accel: tcg, nics: [{ network: out }] }
    boot: { local: true }
`
  const consoleOf = (node: string) => {
    const file = join(lab?.state ?? '', node, 'console.log')
    return existsSync(file) ? readable(readFileSync(file, 'latin1')) : ''
  }
  const said = (node: string, text: string) =>
    until(
      `${text} of ${node}`,
      () => consoleOf(node).includes(text),
      120_000,
      () => consoleOf(node).slice(-1500),
    )

  it('is by the script of the node, which may change while the VM runs', async () => {
    const folder = tempFolder()
    const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
    const host = await unusedAddress()
    lab = await upLab(await yaml('one', host), { env }, folder)
    await said('cn1', '[cn1 says one]')
    const log = () => readFileSync(join(lab?.state ?? '', 'cn1', 'qemu.log'), 'utf8')
    const before = log()
    await lab.bmcsim('power', 'cn2', 'on')
    await said('cn2', 'No bootable device')

    writeFileSync(join(folder, 'lab.yaml'), await yaml('two', host))
    const again = await bmcsim(['up', join(folder, 'lab.yaml'), '--state', lab.state], { env })
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(again.stdout).toMatch(/cn1.*boot/)
    await lab.bmcsim('power', 'cn1', 'reset')
    await said('cn1', '[cn1 says two]')
    expect(log()).toBe(before)
    const nodes = JSON.parse((await lab.bmcsim('ps', '--json')).stdout) as NodeStatus[]
    expect(nodes.map(({ bootRequests }) => bootRequests?.at(-1))).toMatchObject([
      { file: 'boot.ipxe', from: '127.0.0.1', status: 200 },
      { file: 'boot.ipxe', status: 200 },
    ])
  }, 600_000)

  it('is the same on workers', async () => {
    const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
    lab = await upLab(await yaml('three'), { env }, tempFolder(), ['--workers', '2'])
    await said('cn1', '[cn1 says three]')
  })
})
