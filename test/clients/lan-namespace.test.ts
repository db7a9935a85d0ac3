import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { awaitReady, bmcsim, program } from '../support/bmcsim.ts'
import { makeWire, namespaceNames, requireNamespaces, type Wire } from '../support/namespaces.ts'
import { type Child, run, start } from '../support/process.ts'
import { startInTerminal } from '../support/terminal.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTool('udhcpc', 'udhcpc'),
  requireTool('dhclient', 'isc-dhcp-client'),
  requireTool('ping', 'iputils-ping'),
  requireTool('nsenter', 'util-linux'),
]

interface BmcStatus {
  readonly address: string
  readonly source: string
  readonly namespace: string
}

describe.skipIf(present.includes(false) || !requireNamespaces())('a network card of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bmcsim-namespace-'))
  const ready = join(folder, 'ready')
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  const state = join(folder, 'state')
  const file = join(folder, 'lab.yaml')
  const started: Child[] = []
  let wire: Wire
  let leases = 0

  beforeAll(() => {
    wire = makeWire('10.62.0.1/24')
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.stop()))
    rmSync(state, { recursive: true, force: true })
    // Whatever a test has found: nothing of ours stays on the machine.
    expect(namespaceNames().filter((name) => name.startsWith('bmcsim-ln0'))).toEqual([])
    expect(wire.ipHost('-br', 'link')).not.toMatch(/^bmc[0-9a-f]/m)
  })
  afterAll(() => {
    wire?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const inPeer = (...words: string[]) => run('ip', ['netns', 'exec', wire.peer, ...words])
  const words = (host: string) => ['ipmitool', '-I', 'lanplus', '-H', host, '-U', 'admin', '-P', 'password']
  const client = (host: string, ...args: string[]) => inPeer(...words(host), '-N', '5', ...args)
  /** One answer is enough, and there is time for several questions: the first go while a bridge learns who is where. */
  const isThere = async (host: string) => (await inPeer('ping', '-c', '1', '-w', '30', host)).code === 0
  const isSilent = async (host: string) => (await inPeer('ping', '-c', '1', '-W', '1', host)).code !== 0
  const answers = async (host: string) => (await client(host, 'mc', 'guid')).code === 0

  function lab(ln01: string, ln02: string): void {
    writeFileSync(
      file,
      `defaults:
  machine: { kind: simulated, start: now }
  users: [{ name: admin, password: password }]
  bmc: { network: namespace, interface: br0, port: 623 }
nodes:
  ln01: { bmc: { address: ${ln01}, mac: "02:00:00:62:00:01" } }
  ln02: { bmc: { address: ${ln02}, mac: "02:00:00:62:00:02" } }
`,
    )
  }

  /** In the host's network, and with the machine's own mounts, as on a real host; or with `hidden` covered by nothing. */
  async function up(hidden?: string): Promise<Child> {
    const child = begin(hidden)
    await awaitReady(child, ready)
    return child
  }

  function begin(hidden?: string): Child {
    rmSync(ready, { force: true })
    const args = [program, 'up', file, '--state', state, '--ready-file', ready, '--log-level', 'info']
    const words = ['nsenter', `--net=/run/netns/${wire.host}`, process.execPath, ...args]
    const cover = ['unshare', '-m', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', hidden ?? '']
    const [command, ...rest] = hidden === undefined ? words : [...cover, ...words]
    const child = start(command, rest, { env })
    started.push(child)
    return child
  }

  async function dhcpServer(): Promise<Child> {
    const server = start('ip', [
      ...['netns', 'exec', wire.peer, 'dnsmasq', '-d', '-C', '/dev/null', '--port=0', '--no-ping', '--interface=eth0'],
      ...['--bind-interfaces', '--dhcp-authoritative', '--dhcp-range=10.62.0.50,10.62.0.99,255.255.255.0,2m'],
      ...['--dhcp-option=3,10.62.0.1', `--dhcp-leasefile=${join(folder, `leases${leases++}`)}`],
    ])
    started.push(server)
    await server.waitFor('DHCP, sockets bound')
    return server
  }

  async function status(): Promise<BmcStatus[]> {
    const { stdout } = await bmcsim(['ps', '--json', '--state', state], { env })
    return JSON.parse(stdout).map((node: { bmc: BmcStatus }) => node.bmc)
  }

  /** The leased address of the second node. */
  const leased = () =>
    until('a lease', async () => (await status())[1].address.match(/^10\.62\.0\.[5-9]\d$/)?.[0], 120_000)

  it('has two BMCs on one subnet with MACs of their own; moves, SOL and kill -9 leave nothing behind', async () => {
    lab('10.62.0.11', '10.62.0.12')
    const first = await up()
    for (const [host, mac] of [
      ['10.62.0.11', '02:00:00:62:00:01'],
      ['10.62.0.12', '02:00:00:62:00:02'],
    ]) {
      expect(await isThere(host)).toBe(true)
      expect(wire.ipPeer('neighbor', 'show', host)).toContain(mac)
      expect(await client(host, 'power', 'status')).toMatchObject({ stdout: 'Chassis Power is on\n' })
      expect((await client(host, 'lan', 'print', '1')).stdout).toContain(mac)
    }
    expect(await client('10.62.0.11', 'lan', 'set', '1', 'ipaddr', '10.62.0.21')).toMatchObject({ code: 0 })
    expect(await client('10.62.0.21', 'lan', 'set', '1', 'defgw', 'ipaddr', '10.62.0.1')).toMatchObject({ code: 0 })
    expect(await client('10.62.0.21', 'lan', 'set', '1', 'macaddr', '02:00:00:62:00:03')).toMatchObject({ code: 0 })
    await until('silence', () => isSilent('10.62.0.11'))
    expect(await isThere('10.62.0.21')).toBe(true)
    expect(wire.ipPeer('neighbor', 'show', '10.62.0.21')).toContain('02:00:00:62:00:03')
    const [{ namespace }] = await status()
    expect(ip('-n', namespace, 'route')).toContain('default via 10.62.0.1 dev eth0')
    const multicast = await client('10.62.0.21', 'raw', '0x0c', '1', '1', '5', '1', '0', '0', '0', '0', '1')
    expect(multicast.stderr).toContain('rsp=0xcc')

    const sol = startInTerminal('ip', ['netns', 'exec', wire.peer, ...words('10.62.0.21'), 'sol', 'activate'])
    started.push(sol)
    await sol.waitFor('SOL Session operational')
    sol.send('\r')
    await sol.waitFor('login:')

    first.kill('SIGKILL')
    await first.ended()
    expect(namespaceNames()).toContain(namespace)
    const again = await up()
    expect(await answers('10.62.0.21'), again.output).toBe(true)
    expect((await client('10.62.0.21', 'lan', 'print', '1')).stdout).toContain('02:00:00:62:00:03')
    expect(await answers('10.62.0.12')).toBe(true)
    expect((await bmcsim(['down', '--state', state], { env })).code).toBe(0)
  })

  it('takes a lease; static and back over the LAN', async () => {
    lab('10.62.0.11', 'dhcp')
    const lab1 = await up()
    expect(lab1.output).toContain('ln02: no DHCP server has answered yet; its BMC has no address and goes on asking')
    expect(await status()).toMatchObject([{ source: 'static' }, { address: '', source: 'dhcp' }])
    const server = await dhcpServer()
    const address = await leased()
    await server.waitFor(/DHCPACK\(eth0\) \S+ 02:00:00:62:00:02 ln02/)
    expect(await isThere(address)).toBe(true)
    expect(wire.ipPeer('neighbor', 'show', address)).toContain('02:00:00:62:00:02')
    const print = (await client(address, 'lan', 'print', '1')).stdout
    expect(print).toMatch(/^IP Address Source +: DHCP Address$/m)
    expect(print).toMatch(new RegExp(`^IP Address +: ${address}$`, 'm'))
    expect(print).toMatch(/^Subnet Mask +: 255\.255\.255\.0$/m)
    expect(print).toMatch(/^Default Gateway IP +: 10\.62\.0\.1$/m)
    for (const parameter of ['3', '6', '12']) {
      const refused = await client(address, 'raw', '0x0c', '1', '1', parameter, '10', '62', '0', '33')
      expect(refused.stderr).toContain(parameter === '6' ? 'rsp=0xcc' : 'rsp=0xd5')
    }
    expect((await client(address, 'raw', '0x0c', '1', '1', '20', '5', '0x80')).stderr).toContain('rsp=0xd6')

    // What it was leased is its own then; the client does not lose its BMC.
    expect(await client(address, 'lan', 'set', '1', 'ipsrc', 'static')).toMatchObject({ code: 0 })
    expect(await client(address, 'lan', 'set', '1', 'ipaddr', '10.62.0.34')).toMatchObject({ code: 0 })
    expect(await answers('10.62.0.34')).toBe(true)
    expect((await client('10.62.0.34', 'lan', 'print', '1')).stdout).toMatch(/^Default Gateway IP +: 10\.62\.0\.1$/m)
    expect(await client('10.62.0.34', 'lan', 'set', '1', 'ipsrc', 'dhcp')).toMatchObject({ code: 0 })
    expect(await leased()).toBe(address)
    await until('silence', () => isSilent('10.62.0.34'))

    // The source is kept; the client of the killed process ends with its namespace.
    lab1.kill('SIGKILL')
    await lab1.ended()
    const again = await up()
    expect(await leased(), again.output).toBe(address)
    expect(await answers(address)).toBe(true)
    await again.stop('SIGINT')
  })

  it('takes one by dhclient, where there is no udhcpc', async () => {
    lab('10.62.0.11', 'dhcp')
    await dhcpServer()
    const child = await up(findTool('udhcpc'))
    expect(await answers(await leased()), child.output).toBe(true)
  })

  it('says what is missing', async () => {
    writeFileSync(
      file,
      `nodes:\n  ln01:\n    machine: simulated\n    users: [{ name: admin, password: password }]\n    bmc: { address: dhcp, network: namespace, interface: port0 }\n`,
    )
    const child = begin()
    expect(await child.ended()).toBe(1)
    expect(child.output).toContain('ln01: port0 is no bridge')
    expect(child.output).toContain('network: namespace needs root and a bridge that is up; see')
  })
})

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' })
}
