import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awaitReady, bmcsim, program } from '../support/bmcsim.ts'
import { type Get, magellan } from '../support/magellan.ts'
import { makeWire, namespaceNames, requireNamespaces, type Wire } from '../support/namespaces.ts'
import { type Child, run, start } from '../support/process.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const SERVICE = 'urn:dmtf-org:service:redfish-rest:1'

/** GSSDP, GNOME's library of SSDP, searches: a line for whatever comes and goes. */
const search = `
import sys, gi
gi.require_version("GSSDP", "1.6")
from gi.repository import GLib, GSSDP
client = GSSDP.Client.new_full(sys.argv[1], None, 0, GSSDP.UDAVersion.VERSION_1_0)
browser = GSSDP.ResourceBrowser.new(client, sys.argv[2])
browser.connect("resource-available", lambda _, usn, urls: print("found", usn, *urls, flush=True))
browser.connect("resource-unavailable", lambda _, usn: print("gone", usn, flush=True))
browser.set_active(True)
GLib.MainLoop().run()
`

const present = [
  requireTool('curl', 'curl'),
  requireFile('/usr/lib/x86_64-linux-gnu/girepository-1.0/GSSDP-1.6.typelib', 'gir1.2-gssdp-1.6'),
  requireFile('/usr/lib/python3/dist-packages/gi', 'python3-gi'),
  requireTool('ipmitool', 'ipmitool'),
  requireTool('nsenter', 'util-linux'),
]

describe.skipIf(present.includes(false) || !requireNamespaces())('Redfish on a network card of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bmcsim-discovery-'))
  const file = join(folder, 'lab.yaml')
  const ready = join(folder, 'ready')
  const state = join(folder, 'state')
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  let wire: Wire
  let lab: Child

  beforeAll(async () => {
    wire = makeWire('10.63.0.1/24')
    writeFileSync(
      file,
      `defaults:
  users: [{ name: admin, password: password }]
  bmc: { network: namespace, interface: br0, prefixLength: 24, redfish: { http: 80, ssdp: true } }
nodes:
  rd[01-02]:
    xname: x1000c0s[0-1]b0n0
    bmc: { address: "10.63.0.[11-12]" }
    machine: { kind: simulated, start: now, nics: [{ mac: "52:54:00:63:00:[01-02]", netdev: user }] }
`,
    )
    const args = [program, 'up', file, '--state', state, '--ready-file', ready, '--log-level', 'info']
    lab = start('nsenter', [`--net=/run/netns/${wire.host}`, process.execPath, ...args], { env })
    await awaitReady(lab, ready)
  })
  afterAll(async () => {
    await lab?.stop()
    wire?.remove()
    rmSync(folder, { recursive: true, force: true })
    expect(namespaceNames().filter((name) => name.startsWith('bmcsim-rd0'))).toEqual([])
  })

  const curl = ['curl', '-s', '--cacert', join(state, '.ca.pem')]
  const inPeer = (...words: string[]) => run('ip', ['netns', 'exec', wire.peer, ...words], { timeoutMs: 120_000 })

  const getFrom =
    (host: string): Get =>
    async (path, credentials) => {
      const as = credentials ? ['-u', 'admin:password'] : []
      const words = [...as, '-w', '\n%{http_code}', `https://${host}${path}`]
      const { stdout, stderr } = await inPeer(...curl, ...words)
      const end = stdout.lastIndexOf('\n')
      expect(stdout, `${path}: ${stderr}`).toMatch(/\n\d{3}$/)
      return { status: Number(stdout.slice(end + 1)), body: JSON.parse(stdout.slice(0, end)) }
    }

  /** As a client on the same network searches: what it found by the time `hosts` were all there. */
  async function discovered(...hosts: string[]): Promise<string> {
    const python = ['/usr/bin/python3', '-c', search, 'eth0', SERVICE]
    const searching = start('ip', ['netns', 'exec', wire.peer, ...python])
    try {
      await until(
        'all to be found',
        () => hosts.every((host) => searching.output.includes(`https://${host}/redfish/v1/`)),
        20_000,
        () => searching.output,
      )
      return searching.output
    } finally {
      await searching.stop()
    }
  }

  it('is at port 443 of the address, with a certificate of the lab, and HTTP leads there', async () => {
    // The first client makes the certificates.
    await inPeer('curl', '-sk', 'https://10.63.0.11/redfish/v1/')
    await until('the authority', () => existsSync(join(state, '.ca.pem')), 20_000)
    const { body } = await getFrom('10.63.0.11')('/redfish/v1/Systems/1', true)
    expect(body.Name).toBe('rd01')
    const { stdout } = await inPeer(
      'curl',
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{redirect_url}',
      'http://10.63.0.12/redfish',
    )
    expect(stdout).toBe('https://10.63.0.12/redfish')
    const { stdout: listed } = await bmcsim(['ps', '--state', state], { env })
    expect(listed).toContain('https://10.63.0.12')
  })

  it('is found by SSDP', async () => {
    const text = await discovered('10.63.0.11', '10.63.0.12')
    const { body } = await getFrom('10.63.0.11')('/redfish/v1/', false)
    expect(text).toContain(`uuid:${body.UUID}::${SERVICE}`)
    const { body: protocols } = await getFrom('10.63.0.11')('/redfish/v1/Managers/BMC/NetworkProtocol', true)
    expect(protocols.SSDP).toMatchObject({ ProtocolEnabled: true, Port: 1900 })
  })

  it("gives OpenCHAMI's Magellan all that its scan and collect ask for", async () => {
    const { systems, managers } = await magellan(getFrom('10.63.0.12'))
    // It finds the system by its chassis, and again by itself.
    expect(systems).toHaveLength(2)
    expect(systems[0]).toEqual(systems[1])
    expect(systems[0]).toMatchObject({
      name: 'rd02',
      power: 'On',
      interfaces: [{ mac: '52:54:00:63:00:02' }],
      adapters: 1,
    })
    const mac = await wireMac('10.63.0.12')
    expect(managers).toMatchObject([{ interfaces: [{ ip: '10.63.0.12', mac }] }])
  })

  /** The MAC that the peer has seen at that address. */
  async function wireMac(address: string): Promise<string> {
    const { stdout } = await inPeer('ip', 'neighbour', 'show', address)
    return /lladdr (\S+)/.exec(stdout)?.[1] ?? stdout
  }

  it('shows the xname, and maps the BMCs for Magellan', async () => {
    const { body: chassis } = await getFrom('10.63.0.12')('/redfish/v1/Chassis/1', true)
    expect(chassis.Location).toMatchObject({ PartLocation: { ServiceLabel: 'x1000c0s1b0n0' } })
    const { body: manager } = await getFrom('10.63.0.12')('/redfish/v1/Managers/BMC', true)
    expect(manager.Location).toMatchObject({ PartLocation: { ServiceLabel: 'x1000c0s1b0' } })
    const { stdout } = await bmcsim(['ps', '--bmc-id-map', '--state', state], { env })
    expect(JSON.parse(stdout)).toEqual({
      map_key: 'bmc-ip-addr',
      id_map: { '10.63.0.11': 'x1000c0s0b0', '10.63.0.12': 'x1000c0s1b0' },
    })
  })

  it('goes with the BMC to another address, SSDP and certificate too', async () => {
    const words = ['-I', 'lanplus', '-N', '1', '-R', '2', '-H', '10.63.0.11', '-U', 'admin', '-P', 'password']
    // It asks once more at the old address, where by then there may be nobody: what it says is not what counts.
    // Nor does it count whether the BMC has heard it the first time.
    await until(
      'Redfish to be there, with a certificate for the address',
      async () => {
        await inPeer('ipmitool', ...words, 'lan', 'set', '1', 'ipaddr', '10.63.0.21')
        return (await inPeer(...curl, '-m', '10', 'https://10.63.0.21/redfish/v1/')).code === 0
      },
      120_000,
    )
    const { body } = await getFrom('10.63.0.21')('/redfish/v1/Systems/1', true)
    expect(body.Name).toBe('rd01')
    await discovered('10.63.0.21', '10.63.0.12')
  })
})
