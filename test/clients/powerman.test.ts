import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { upLab } from '../support/bmcsim.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { type Child, run, start } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

const present = [
  requireTool('powermand', 'powerman'),
  requireTool('ipmipower', 'freeipmi-tools'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
]

/** powerman 2.3.27 over its own ipmipower device: one ipmipower process that talks to three BMCs at once. */
describe.skipIf(present.includes(false))('powerman', () => {
  let nodes: TestNode[]
  let daemon: Child
  let server: string
  const powerman = async (...args: string[]) => (await run('powerman', ['-h', server, ...args])).stdout
  const runs = (wanted: readonly number[]) =>
    until(`as many QEMUs as ${wanted}`, () => nodes.every(({ uuid }, i) => qemuProcesses(uuid).length === wanted[i]))

  beforeAll(async () => {
    nodes = testNodes([await unusedAddress(), await unusedAddress(), await unusedAddress()])
    await upLab(qemuLab(nodes))
    const folder = tempFolder()
    const config = join(folder, 'powerman.conf')
    const hosts = nodes.map(({ host }) => host)
    server = `127.0.0.1:${await unusedPort()}`
    const password = join(folder, 'ipmipower.conf')
    writeFileSync(password, 'username admin\npassword password\n', { mode: 0o600 })
    const ipmipower = `${findTool('ipmipower')} -D LAN_2_0 --config-file ${password} -h ${hosts.join(',')} --wait-until-on --wait-until-off |&`
    writeFileSync(
      config,
      `include "/etc/powerman/ipmipower.dev"
listen "${server}"
device "bmcs" "ipmipower" "${ipmipower}"
${nodes.map(({ name, host }) => `node "${name}" "bmcs" "${host}"`).join('\n')}
`,
    )
    chmodSync(config, 0o644)
    daemon = start(findTool('powermand') ?? 'powermand', ['-f', '-c', config], { env: { HOME: folder } })
    await until(
      'powermand to know all three nodes as off',
      async () => /^off:\s+cn\[01-03\]$/m.test(await powerman('-q')),
      120_000,
      () => daemon.output,
    )
  })

  it('switches all three on', async () => {
    expect(await powerman('-1', 'cn[01-03]')).toContain('Command completed successfully')
    await runs([1, 1, 1])
    expect(await powerman('-q')).toMatch(/^on:\s+cn\[01-03\]$/m)
  })

  it('switches one off and leaves the others', async () => {
    expect(await powerman('-0', 'cn02')).toContain('Command completed successfully')
    await runs([1, 0, 1])
    const query = await powerman('-q')
    expect(query).toMatch(/^on:\s+cn\[01,03\]$/m)
    expect(query).toMatch(/^off:\s+cn02$/m)
  })

  it('switches all off', async () => {
    expect(await powerman('-0', 'cn[01-03]')).toContain('Command completed successfully')
    await runs([0, 0, 0])
    expect(await powerman('-q')).toMatch(/^off:\s+cn\[01-03\]$/m)
    expect(daemon.running).toBe(true)
  })
})
