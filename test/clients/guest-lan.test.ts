import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { awaitReady, bmcsim, program } from '../support/bmcsim.ts'
import { makeWire, requireNamespaces, type Wire } from '../support/namespaces.ts'
import { type Child, type Finished, run, start } from '../support/process.ts'
import { startInTerminal } from '../support/terminal.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTool('udhcpc', 'udhcpc'),
  requireTool('ping', 'iputils-ping'),
  requireTool('nsenter', 'util-linux'),
  requireTestGuest(),
]

/** How soon a BMC has to be where the guest has put it, and nowhere else: at once, on a busy machine too. */
const MOVED_WITHIN_MS = 15_000

/** `ipmitool lan set` in the guest, and what the neighbours of its BMC see of it. */
describe.skipIf(present.includes(false) || !requireNamespaces())('a BMC that its guest moves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bmcsim-guest-lan-'))
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  const state = join(folder, 'state')
  const started: Child[] = []
  let wire: Wire

  beforeAll(() => {
    wire = makeWire('10.63.0.1/24')
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.stop('SIGINT')))
  })
  afterAll(() => {
    wire?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const inPeer = (...words: string[]): Promise<Finished> =>
    run('ip', ['netns', 'exec', wire.peer, ...words], { timeoutMs: 120_000 })
  const words = (host: string) => ['ipmitool', '-I', 'lanplus', '-H', host, '-U', 'admin', '-P', 'password']
  const answers = async (host: string) => (await inPeer(...words(host), '-N', '5', 'power', 'status')).code === 0
  const isSilent = async (host: string) =>
    (await inPeer(...words(host), '-N', '1', '-R', '1', 'power', 'status')).code !== 0
  const pings = async (host: string) => (await inPeer('ping', '-c', '1', '-W', '0.5', host)).code === 0

  async function up(): Promise<Child> {
    const [file, ready] = [join(folder, 'lab.yaml'), join(folder, 'ready')]
    rmSync(ready, { force: true })
    writeFileSync(
      file,
      `nodes:
  cn01:
    bmc: { network: namespace, interface: br0, address: 10.63.0.11, port: 623, mac: "02:00:00:63:00:01" }
    users: [{ name: admin, password: password }]
    machine: { kind: qemu, accel: tcg, image: test-guest, nics: [] }
`,
    )
    const args = [program, 'up', file, '--state', state, '--ready-file', ready, '--log-level', 'info']
    const lab = start('nsenter', [`--net=/run/netns/${wire.host}`, process.execPath, ...args], { env })
    started.push(lab)
    await awaitReady(lab, ready)
    return lab
  }

  async function namespace(): Promise<string> {
    const { stdout } = await bmcsim(['ps', '--json', '--state', state], { env })
    return JSON.parse(stdout)[0].bmc.namespace
  }

  /** From the end of the guest's command on. */
  async function moved(from: string, to: string): Promise<void> {
    const since = performance.now()
    await Promise.all([
      until(`${to} to answer`, () => pings(to)),
      until(`silence at ${from}`, async () => !(await pings(from))),
    ])
    expect(performance.now() - since).toBeLessThan(MOVED_WITHIN_MS)
    expect(await answers(to)).toBe(true)
    expect(await isSilent(from)).toBe(true)
  }

  it('static, with mask and gateway, SOL ended; by DHCP and back; and a restart finds it there', async () => {
    const lab = await up()
    const guest = new GuestShell({ process: lab, state, bmcsim: (...args) => bmcsim(args, { env }) }, 'cn01', env)
    started.push(guest.console)
    expect((await inPeer(...words('10.63.0.11'), 'power', 'on')).code).toBe(0)
    await guest.booted()
    await guest.foundBmc()
    const sol = startInTerminal('ip', ['netns', 'exec', wire.peer, ...words('10.63.0.11'), 'sol', 'activate'])
    started.push(sol)
    await sol.waitFor('SOL Session operational')

    await guest.ok('ipmitool lan set 1 ipsrc static')
    await guest.ok('ipmitool lan set 1 ipaddr 10.63.0.21')
    await moved('10.63.0.11', '10.63.0.21')
    expect(wire.ipPeer('neighbor', 'show', '10.63.0.21')).toContain('02:00:00:63:00:01')
    sol.send('x')
    await sol.waitFor(/SOL session closed by BMC|Error sending SOL data|closed/i, 120_000)
    await guest.ok('ipmitool lan set 1 netmask 255.255.255.128')
    await guest.ok('ipmitool lan set 1 defgw ipaddr 10.63.0.1')
    const space = await namespace()
    const inside = (await run('ip', ['-n', space, 'route'])).stdout
    expect(inside).toContain('default via 10.63.0.1 dev eth0')
    expect(inside).toContain('10.63.0.0/25 dev eth0')

    const dhcp = start('ip', [
      ...['netns', 'exec', wire.peer, 'dnsmasq', '-d', '-C', '/dev/null', '--port=0', '--no-ping', '--interface=eth0'],
      ...['--bind-interfaces', '--dhcp-authoritative', '--dhcp-range=10.63.0.50,10.63.0.99,255.255.255.0,2m'],
      ...['--dhcp-option=3,10.63.0.1', `--dhcp-leasefile=${join(folder, 'leases')}`],
    ])
    started.push(dhcp)
    await dhcp.waitFor('DHCP, sockets bound')
    await guest.ok('ipmitool lan set 1 ipsrc dhcp')
    const leased = await until(
      'a lease in the guest',
      async () => /^IP Address +: (10\.63\.0\.[5-9]\d)$/m.exec(await guest.ok('ipmitool lan print 1'))?.[1],
    )
    await dhcp.waitFor(`DHCPACK(eth0) ${leased} 02:00:00:63:00:01 cn01`)
    await moved('10.63.0.21', leased)
    expect(wire.ipPeer('neighbor', 'show', leased)).toContain('02:00:00:63:00:01')
    expect(await guest.ok('ipmitool lan print 1')).toMatch(/^IP Address Source +: DHCP Address$/m)

    await guest.ok('ipmitool lan set 1 ipsrc static')
    await guest.ok('ipmitool lan set 1 ipaddr 10.63.0.22')
    await moved(leased, '10.63.0.22')
    await lab.stop('SIGINT')
    const again = await up()
    expect(await answers('10.63.0.22'), again.output).toBe(true)
    expect(await isSilent('10.63.0.11')).toBe(true)
    expect((await inPeer(...words('10.63.0.22'), 'lan', 'print', '1')).stdout).toMatch(
      /^Default Gateway IP +: 10\.63\.0\.1$/m,
    )
  }, 900_000)
})
