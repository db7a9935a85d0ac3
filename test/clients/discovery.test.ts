import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bmcsim, program } from '../support/bmcsim.ts'
import { makeWire, namespaceNames, requireNamespaces, type Wire } from '../support/namespaces.ts'
import { type Child, type Finished, run, start } from '../support/process.ts'
import { readable, startInTerminal } from '../support/terminal.ts'
import { requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('udhcpc', 'udhcpc'),
  requireTool('nsenter', 'util-linux'),
  requireTestGuest(),
]
const nodes = join(import.meta.dirname, '../../nodes')
const builder = join(import.meta.dirname, '../../scripts/build-guest')

/** As the listener tells it. */
interface Discovered {
  readonly node: string
  readonly bmcip: string
  readonly mac: string
  readonly serial: string
  readonly uuid: string
  readonly bmc: string
  readonly bmcmac: string
  readonly ready: boolean
}

interface ServerStatus {
  readonly name: string
  readonly guid: string
  readonly bmc: { readonly address: string }
}

/** docs/tutorials/xcat-discovery.md, with the files that it uses, in a network that is only there for the test. */
describe.skipIf(present.includes(false) || !requireNamespaces())('sequential discovery', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bmcsim-discovery-'))
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  const state = join(folder, 'state')
  const started: Child[] = []
  let wire: Wire

  beforeAll(() => {
    wire = makeWire('10.99.0.2/24', '10.99.0.1/24')
    // iPXE waits 16 s for a router where there is none (seen with the ROMs of QEMU 7.2).
    wire.ipHost('address', 'add', 'fd00:99::1/64', 'dev', 'br0', 'nodad')
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.stop('SIGINT')))
    rmSync(state, { recursive: true, force: true })
    expect(namespaceNames().filter((name) => name.startsWith('bmcsim-server'))).toEqual([])
    const links = () => wire.ipHost('-br', 'link')
    // The kernel takes its time over a namespace and what was in it.
    await until('no link', () => !/^(nic|bmc)[0-9a-f]/m.test(links()), 20_000, links)
  })
  afterAll(() => {
    wire?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const here = (...words: string[]) => [`--net=/run/netns/${wire.host}`, ...words]

  async function management(): Promise<Child> {
    const dhcp = start('nsenter', [
      ...here('dnsmasq', '-d', '-C', '/dev/null', '--port=0', '--no-ping', '--interface=br0', '--bind-interfaces'),
      ...['--dhcp-authoritative', '--dhcp-range=10.99.0.50,10.99.0.99,255.255.255.0,1h'],
      ...['--enable-ra', '--dhcp-range=fd00:99::,ra-only', '--dhcp-option=encap:175,176,1'],
      ...['--dhcp-boot=http://10.99.0.1:8080/boot.ipxe', `--dhcp-leasefile=${join(folder, `leases${Date.now()}`)}`],
    ])
    started.push(dhcp)
    await dhcp.waitFor('DHCP, sockets bound')
    const image = execFileSync(builder, ['--check'], { encoding: 'utf8' }).trim()
    const script = join(nodes, 'discovery/listener.js')
    const words = here(process.execPath, script, '--listen', '10.99.0.1:8080', '--image', image)
    const listener = start('nsenter', words)
    started.push(listener)
    await listener.waitFor('listening on')
    return listener
  }

  async function up(): Promise<Child> {
    const ready = join(folder, 'ready')
    rmSync(ready, { force: true })
    const args = [program, 'up', join(nodes, 'discovery/lab.yaml'), '--state', state, '--ready-file', ready]
    const lab = start('nsenter', here(process.execPath, ...args, '--log-level', 'info'), { env })
    started.push(lab)
    await until(
      'the lab',
      () => !lab.running || existsSync(ready),
      120_000,
      () => lab.output,
    )
    return lab
  }

  async function servers(): Promise<ServerStatus[]> {
    const { stdout } = await bmcsim(['ps', '--json', '--state', state], { env })
    return JSON.parse(stdout)
  }

  async function leased(name: string): Promise<ServerStatus> {
    return until(`a lease of ${name}`, async () =>
      (await servers()).find((one) => one.name === name && /^10\.99\.0\.[5-9]\d$/.test(one.bmc.address)),
    )
  }

  const factory = { user: 'ADMIN', password: 'ADMIN' }
  const words = (host: string, login: typeof factory, args: readonly string[]) => {
    const patient = ['-N', '5', '-R', '3', '-H', host, '-U', login.user, '-P', login.password]
    return here('ipmitool', '-I', 'lanplus', ...patient, ...args)
  }
  const ask = (host: string, login: typeof factory, ...args: string[]): Promise<Finished> =>
    run('nsenter', words(host, login, args), { timeoutMs: 60_000 })
  async function ok(host: string, login: typeof factory, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await ask(host, login, ...args)
    if (code !== 0) throw new Error(`ipmitool ${args.join(' ')} at ${host}: ${stderr}`)
    return stdout
  }

  async function openConsole(host: string, login: typeof factory): Promise<Child> {
    const console = startInTerminal('nsenter', words(host, login, ['sol', 'activate']))
    started.push(console)
    await console.waitFor('SOL Session operational')
    return console
  }

  async function endConsole(console: Child): Promise<void> {
    console.send('\r~.')
    await console.ended()
  }

  async function bootFromNetwork({ bmc }: ServerStatus): Promise<void> {
    await ok(bmc.address, factory, 'chassis', 'bootdev', 'pxe')
    await ok(bmc.address, factory, 'power', 'on')
  }

  /** Waits until `node` has set up its BMC; where it does not, the consoles of all tell why. */
  async function ready(listener: Child, node: string): Promise<void> {
    await listener.waitFor(`${node} is ready`, 400_000).catch((error: unknown) => {
      const consoles = ['server1', 'server2'].map((name) => join(state, name, 'console.log')).filter(existsSync)
      throw new Error(
        [error, ...consoles.map((file) => readable(readFileSync(file, 'latin1')).slice(-3000))].join('\n'),
      )
    })
  }

  async function discovered(node: string): Promise<Discovered> {
    const fetching = "fetch('http://10.99.0.1:8080/nodes').then((answer) => answer.text()).then(console.log)"
    const { stdout } = await run('nsenter', here(process.execPath, '-e', fetching))
    const found = (JSON.parse(stdout) as Discovered[]).find((one) => one.node === node)
    if (found === undefined) throw new Error(`${node} is not among ${stdout}`)
    return found
  }

  /** Everything that a management node wants of `node` works where it was moved to, and nothing where it was. */
  async function checkMoved(server: ServerStatus, node: string, address: string, password: string): Promise<void> {
    const login = { user: 'xcat', password }
    expect(await discovered(node)).toMatchObject({
      ...{ bmcip: address, bmc: server.bmc.address, uuid: server.guid, ready: true },
      ...{ mac: expect.stringMatching(/^52:54:00:/), serial: expect.stringMatching(/^S/) },
    })
    expect(await ok(address, login, 'power', 'status')).toContain('is on')
    // Identify, by the guest's last command, behind its report (IPMI 2.0 §28.2): supported, temporary on.
    await until('identify', async () => /^ \S\S \S\S 5/.test(await ok(address, login, 'raw', '0', '1')))
    const readings = await ok(address, login, 'sdr', 'list')
    expect(readings.split('\n').filter((line) => /\| ok/.test(line)).length).toBeGreaterThan(10)
    const print = await ok(address, login, 'lan', 'print', '1')
    expect(print).toMatch(/^IP Address Source +: Static Address$/m)
    expect(print).toMatch(/^Subnet Mask +: 255\.255\.255\.0$/m)
    expect(print).toMatch(/^Default Gateway IP +: 10\.99\.0\.1$/m)

    expect(await ok(address, login, 'user', 'list', '1')).toMatch(/^2 +xcat .* true +ADMINISTRATOR$/m)

    const console = await openConsole(address, login)
    console.send('\r')
    await console.waitFor(/test-guest:\S*# /, 120_000, readable)
    await endConsole(console)

    const once = ['-N', '1', '-R', '1']
    expect((await ask(address, factory, ...once, 'power', 'status')).code).not.toBe(0)
    expect((await ask(server.bmc.address, login, ...once, 'mc', 'guid')).code).not.toBe(0)
    expect((await ask(server.bmc.address, factory, ...once, 'mc', 'guid')).code).not.toBe(0)
  }

  it('gives names in the order of power on, and moves each BMC from inside', async () => {
    const listener = await management()
    await up()
    for (const [name, node, address, password] of [
      ['server2', 'cn01', '10.99.0.101', 'cluster-one'],
      ['server1', 'cn02', '10.99.0.102', 'cluster-two'],
    ]) {
      const server = await leased(name)
      await bootFromNetwork(server)
      await ready(listener, node)
      await checkMoved(server, node, address, password)
      // The network was for once: now it starts what is installed, and the BMC stays where it is.
      const login = { user: 'xcat', password }
      const booting = await openConsole(address, login)
      await ok(address, login, 'power', 'reset')
      await booting.waitFor(/test guest: Linux/, 240_000, readable)
      booting.send('\rdmesg -n 1; cat /proc/cmdline\r')
      await booting.waitFor(/console=ttyS0,115200 quiet *\r?\n/, 120_000, readable)
      await endConsole(booting)
      await ok(address, login, 'power', 'off')
    }
  }, 1_200_000)

  it('tells two nodes apart that are powered on at once', async () => {
    const listener = await management()
    await up()
    const both = [await leased('server1'), await leased('server2')]
    await Promise.all(both.map(bootFromNetwork))
    for (const node of ['cn01', 'cn02']) await ready(listener, node)
    for (const server of both) {
      const node = (await discovered('cn01')).uuid === server.guid ? 'cn01' : 'cn02'
      const [address, password] = node === 'cn01' ? ['10.99.0.101', 'cluster-one'] : ['10.99.0.102', 'cluster-two']
      await checkMoved(server, node, address, password)
    }
  }, 1_200_000)
})
