import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { testGuestFolder } from '../support/find-test-guest.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTestGuest(),
]

/** A node of the user's serves the others on a bare segment: the test guest, with a dnsmasq that it fetches from this machine. */
describe.skipIf(present.includes(false))('a head node', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  const pack = packedDnsmasq()
  const server = createServer((_, response) => response.end(pack))
  let lab: Lab

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = await unusedAddress()
    lab = await upLab(
      `networks: { lan: segment, out: user }
defaults:
  users: [{ name: admin, password: password }]
  bmc: { address: ${host} }
  machine: { kind: qemu, accel: tcg, memory: 256M, nics: [{ network: lan }] }
nodes:
  head: { machine: { image: test-guest, memory: 512M, nics: [{ network: lan }, { network: out }] } }
  cn1:
`,
      { env, timeoutMs: 500_000 },
    )
  })
  afterAll(async () => {
    await lab?.process.stop('SIGINT')
    server.close()
  })

  it('boots another node over a segment', async () => {
    const head = new GuestShell(lab, 'head', env)
    await lab.bmcsim('power', 'head', 'on')
    await head.booted()
    const { port } = server.address() as AddressInfo
    await until('an address by DHCP', async () => (await head.ok('ip -4 address show dev eth1')).includes('10.0.2.15/'))
    await head.ok(`wget -q -O - http://10.0.2.2:${port}/ | tar x -C /`, 240_000)
    await head.ok(
      'ip address add 10.5.0.1/24 dev eth0; ip address add fd00:5::1/64 dev eth0 nodad; ip link set eth0 up',
    )
    await head.ok('httpd -p 10.5.0.1:80 -h /srv/www')
    const dhcp =
      '--port=0 --no-ping --user=root --interface=eth0 --bind-interfaces --dhcp-range=10.5.0.50,10.5.0.99 --dhcp-leasefile=/srv/leases'
    const boot =
      '--enable-ra --dhcp-range=fd00:5::,ra-only --dhcp-option=encap:175,176,1 --enable-tftp --tftp-root=/srv/tftp --dhcp-boot=boot.ipxe,,10.5.0.1'
    await head.ok(`/srv/lib/ld.so --library-path /srv/lib /srv/dnsmasq -C /dev/null ${dhcp} ${boot}`)
    await lab.bmcsim('power', 'cn1', 'on')
    const { code } = await lab.bmcsim('wait', 'cn1', '--for', 'console=test-guest:', '--timeout', '400s')
    const console = readable(readFileSync(join(lab.state, 'cn1', 'console.log'), 'latin1'))
    expect([code, console]).toEqual([
      0, // iPXE adds a dot, or how far it is, for each second that it takes.
      expect.stringMatching(/tftp:\/\/10\.5\.0\.1\/boot\.ipxe\.\.\.[^\n]* ok/),
    ])
    expect(await head.ok('cat /srv/leases')).toMatch(/ 10\.5\.0\.\d+ /)
  }, 900_000)
})

/** A tar file of /srv: dnsmasq with what it is linked with, an iPXE script, kernel and initrd. */
function packedDnsmasq(): Buffer {
  const folder = tempFolder()
  for (const name of ['lib', 'tftp', 'www']) mkdirSync(join(folder, 'srv', name), { recursive: true })
  const program = findTool('dnsmasq') ?? ''
  copyFileSync(program, join(folder, 'srv/dnsmasq'))
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+(?= \(0x)/g) ?? []
  for (const library of libraries) {
    const name = basename(library)
    copyFileSync(realpathSync(library), join(folder, 'srv/lib', name))
    if (name.startsWith('ld-linux')) symlinkSync(name, join(folder, 'srv/lib/ld.so'))
  }
  const script =
    '#!ipxe\nkernel http://10.5.0.1/vmlinuz console=ttyS0,115200 quiet\ninitrd http://10.5.0.1/initrd\nboot\n'
  writeFileSync(join(folder, 'srv/tftp/boot.ipxe'), script)
  for (const name of ['vmlinuz', 'initrd']) copyFileSync(join(testGuestFolder(), name), join(folder, 'srv/www', name))
  return execFileSync('tar', ['c', '-C', folder, 'srv'], { maxBuffer: 2 ** 28 })
}
