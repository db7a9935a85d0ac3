import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { awaitReady, bmcsim, program } from '../support/bmcsim.ts'
import { requireNamespaces } from '../support/namespaces.ts'
import { type Child, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { findTool, requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const nodes = join(import.meta.dirname, '../../nodes')
const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('nsenter', 'util-linux'),
  requireTool('powermand', 'powerman'),
  requireTool('ipmipower', 'freeipmi-tools'),
  requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf'),
  requireFile('/usr/lib/ipxe/ipxe.efi', 'ipxe'),
  requireTestGuest(),
]

describe('the lab files in nodes/', () => {
  const files = readdirSync(nodes).filter((name) => name.endsWith('.yaml'))

  it.each(files)('%s has no mistake', async (file) => {
    const { code, stderr, stdout } = await bmcsim(['up', join(nodes, file), '--check'])
    expect(stderr).toBe('')
    expect(stdout).toContain('no problem found')
    expect(code).toBe(0)
  })
})

/** As they stand, in a network namespace of the test: their addresses and bridges are nobody else's. */
describe.skipIf(present.includes(false) || !requireNamespaces())('the lab files in nodes/, started', () => {
  const space = `bmcsim-t-${process.pid}-profiles`
  const folder = tempFolder()
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  const there = (...words: string[]) => [`--net=/run/netns/${space}`, ...words]
  const state = join(folder, 'state')
  let lab: Child | undefined

  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', space])
    execFileSync('ip', ['-n', space, 'link', 'set', 'lo', 'up'])
  })
  afterEach(async () => {
    await lab?.stop('SIGINT')
    lab = undefined
    rmSync(state, { recursive: true, force: true })
    // All that it made is gone with it.
    const links = execFileSync('ip', ['-n', space, '-br', 'link'], { encoding: 'utf8' })
    expect(links.trim().split('\n')).toEqual([expect.stringMatching(/^lo /)])
  })
  afterAll(() => {
    execFileSync('ip', ['netns', 'del', space])
  })

  async function up(file: string): Promise<void> {
    const ready = join(folder, 'ready')
    rmSync(ready, { force: true })
    const words = [process.execPath, program, 'up', join(nodes, file), '--state', state, '--ready-file', ready]
    const child = start('nsenter', there(...words), { env })
    lab = child
    await awaitReady(child, ready)
  }
  const ask = async (...words: string[]) => {
    const finished = await bmcsim([...words, '--state', state], { env, timeoutMs: 300_000 })
    expect(finished.code, `${finished.stdout}${finished.stderr}${lab?.output}`).toBe(0)
    return finished.stdout
  }
  const status = async (): Promise<NodeStatus[]> => JSON.parse(await ask('ps', '--json'))
  async function ipmitool({ bmc }: NodeStatus, login: string, ...words: string[]): Promise<string> {
    const [user, password] = login.split('/')
    const at = ['-H', bmc.address, '-p', String(bmc.port), '-U', user, '-P', password]
    const { stdout, stderr } = await run('nsenter', there('ipmitool', '-I', 'lanplus', ...at, ...words))
    return stdout + stderr
  }
  async function everyBmcAnswers(login: string): Promise<NodeStatus[]> {
    const all = await status()
    for (const node of all)
      expect(await ipmitool(node, login, 'chassis', 'power', 'status')).toBe(`Chassis Power is ${node.power}\n`)
    return all
  }

  async function consoleOf(node: string): Promise<GuestShell> {
    if (lab === undefined) throw new Error('no lab is up')
    const shell = new GuestShell({ process: lab, state, bmcsim: (...words) => bmcsim(words, { env }) }, node, env)
    shell.console.send('\r')
    await shell.booted()
    return shell
  }

  it('demo.yaml: three servers that are on', async () => {
    await up('demo.yaml')
    expect((await everyBmcAnswers('admin/password')).map(({ power }) => power)).toEqual(['on', 'on', 'on'])
  }, 600_000)

  it('vnode.yaml: machines made in one line', async () => {
    const words = ['create', '-f', join(nodes, 'vnode.yaml'), '3', 'vnode4', '--state', state]
    const made = await run('nsenter', there(process.execPath, program, ...words), { env, timeoutMs: 300_000 })
    try {
      expect(made.stdout).toMatch(/^vnode03: good, ready after .*\nvnode04: good, ready after /)
      expect(made.code).toBe(0)
      await everyBmcAnswers('admin/password')
    } finally {
      await ask('down')
    }
  }, 600_000)

  it('pxe.yaml: a server boots from its segment', async () => {
    await up('pxe.yaml')
    const [cn01] = await everyBmcAnswers('admin/password')
    expect(await ipmitool(cn01, 'admin/password', 'chassis', 'power', 'on')).toContain('Up/On')
    await ask('wait', 'cn01', '--timeout', '280s')
    expect((await status())[0].bootRequests?.map(({ from, file }) => `${from} ${file}`)).toEqual(
      ['boot.ipxe', 'kernel', 'initrd'].map((file) => `10.7.0.11 ${file}`),
    )
  }, 600_000)

  it('xcat.yaml: a head node that is up, two nodes that ask it for their boot', async () => {
    await up('xcat.yaml')
    const all = await everyBmcAnswers('ipmiusr/test')
    expect(all.map(({ name, power, bmc }) => `${name} ${power} ${bmc.address}:${bmc.port}`)).toEqual([
      'hn on 192.168.123.7:623',
      'cn1 off 192.168.123.4:623',
      'cn2 off 192.168.123.6:623',
    ])
    await ask('wait', 'hn', '--timeout', '280s')
    // The head node serves DHCP, as xCAT would have it do.
    const head = await consoleOf('hn')
    await head.ok('ip address add 192.168.123.2/24 dev eth0; ip link set eth0 up; : >/tmp/leases')
    const conf = ['start 192.168.123.50', 'end 192.168.123.59', 'interface eth0', 'lease_file /tmp/leases']
    await head.ok(
      `printf '%s\\n' ${conf.map((line) => `'${line}'`).join(' ')} >/tmp/udhcpd.conf; udhcpd -S /tmp/udhcpd.conf`,
    )
    await ipmitool(all[1], 'ipmiusr/test', 'chassis', 'power', 'on')
    await ask('wait', 'cn1', '--for', 'console=net0: 192.168.123.5', '--timeout', '280s')
  }, 600_000)

  it('openchami.yaml: six UEFI nodes for powerman, one boots by HTTP', async () => {
    await up('openchami.yaml')
    const all = await everyBmcAnswers('admin/password')
    const server = '127.0.0.1:10101'
    const config = join(folder, 'powerman.conf')
    const login = join(folder, 'ipmipower.conf')
    writeFileSync(login, 'username admin\npassword password\n', { mode: 0o600 })
    const hosts = all.map(({ bmc }) => bmc.address)
    const ipmipower = `${findTool('ipmipower')} -D LAN_2_0 --config-file ${login} -h ${hosts.join(',')} --wait-until-on --wait-until-off |&`
    writeFileSync(
      config,
      `include "/etc/powerman/ipmipower.dev"
listen "${server}"
device "bmcs" "ipmipower" "${ipmipower}"
${all.map(({ name, bmc }) => `node "${name}" "bmcs" "${bmc.address}"`).join('\n')}
`,
    )
    chmodSync(config, 0o644)
    const daemon = start('nsenter', there(findTool('powermand') ?? '', '-f', '-c', config), { env: { HOME: folder } })
    const pm = async (...words: string[]) => (await run('nsenter', there('powerman', '-h', server, ...words))).stdout
    try {
      await until('powerman to know all six', async () => /^off:\s+cg\[01-06\]$/m.test(await pm('-q')), 120_000)
      expect(await pm('-1', 'cg[01-06]')).toContain('Command completed successfully')
      expect(await pm('-q')).toMatch(/^on:\s+cg\[01-06\]$/m)
      expect(await pm('-0', 'cg[02-06]')).toContain('Command completed successfully')
      expect(await pm('-q')).toMatch(/^off:\s+cg\[02-06\]$/m)
    } finally {
      await daemon.stop()
    }
    await ask('wait', 'cg01', '--timeout', '280s')
    expect((await status())[0].bootRequests?.map(({ file }) => file)).toEqual(['boot.ipxe', 'kernel', 'initrd'])
  }, 600_000)

  it('ironic.yaml: UEFI servers with disks, off until Ironic says so', async () => {
    await up('ironic.yaml')
    const [node] = await everyBmcAnswers('admin/password')
    await ipmitool(node, 'admin/password', 'chassis', 'bootdev', 'pxe', 'options=efiboot')
    await ipmitool(node, 'admin/password', 'chassis', 'power', 'on')
    // Nothing serves DHCP here yet, which is Ironic's to do.
    await ask('wait', 'node-0', '--for', 'console=PXE over IPv4', '--timeout', '280s')
    await ipmitool(node, 'admin/password', 'chassis', 'power', 'off')
    expect((await status()).map(({ power }) => power)).toEqual(['off', 'off'])
  }, 600_000)
})
