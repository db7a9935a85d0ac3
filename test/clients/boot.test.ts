import { chownSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { testGuestFolder } from '../support/find-test-guest.ts'
import { ordinaryUser } from '../support/ordinary-user.ts'
import { type Child, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireTestGuest } from '../support/test-guest.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTool('unshare', 'util-linux'),
  requireTool('ip', 'iproute2'),
  requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf'),
  requireFile('/usr/lib/ipxe/ipxe.efi', 'ipxe'),
  requireTestGuest(),
]

/** Nodes on a segment, by an ordinary user: DHCP, TFTP and HTTP are ours. */
describe.skipIf(present.includes(false))('booting from a segment', () => {
  const images = tempFolder()
  const runFolder = tempFolder()
  let user: ReturnType<typeof ordinaryUser>
  let lab: Child
  let state: string

  const bmcsim = (...args: string[]) => {
    const [program, ...words] = user.command(...args, '--state', state)
    return run(program, words, { timeoutMs: 700_000 })
  }
  const status = async (node: string) => {
    const { stdout } = await bmcsim('ps', '--json')
    return (JSON.parse(stdout) as NodeStatus[]).find(({ name }) => name === node)
  }
  const consoleOf = (node: string) => readable(readFileSync(join(state, node, 'console.log'), 'latin1'))
  /** The prompt of the test guest on its serial port. */
  const booted = async (node: string) => {
    const { code, stdout, stderr } = await bmcsim('wait', node, '--for', 'console=test-guest:', '--timeout', '600s')
    if (code !== 0) throw new Error(`${stdout}${stderr}\n${consoleOf(node).slice(-2000)}\n${lab.output.slice(-3000)}`)
    return consoleOf(node)
  }

  beforeAll(async () => {
    cpSync(testGuestFolder(), join(images, 'test-guest'), { recursive: true })
    for (const path of [runFolder, images, join(images, 'test-guest')])
      if (process.getuid?.() === 0) chownSync(path, 65534, 65534)
    user = ordinaryUser({ BMCSIM_IMAGE_DIR: images, BMCSIM_RUN_DIR: runFolder })
    state = join(user.folder, 'state')
    const folder = tempFolder()
    mkdirSync(join(folder, 'files'))
    writeFileSync(join(folder, 'files', 'note'), 'a file of the folder\n')
    const host = await unusedAddress()
    writeFileSync(
      join(folder, 'lab.yaml'),
      `networks:
  lan:
    kind: segment
    address: 10.81.0.1/24
    dhcp: { range: 10.81.0.100-10.81.0.199, gateway: 10.81.0.254, dns: self, domain: lab.test, lease: 10m }
    boot: { image: test-guest, append: "who={name}", folder: files }
defaults:
  users: [{ name: admin, password: password }]
  bmc: { address: ${host} }
  machine: { kind: qemu, accel: tcg, memory: 256M, nics: [{ network: lan, model: virtio-net-pci }] }
nodes:
  bios: { address: 10.81.0.11, machine: { nics: [{ network: lan, mac: "52:54:00:81:00:0a" }] } }
  pxe:  { machine: { machine: q35, firmware: uefi, netboot: pxe } }
  http: { machine: { machine: q35, firmware: uefi, netboot: http } }
`,
    )
    if (process.getuid?.() === 0)
      for (const path of ['', 'files', 'files/note', 'lab.yaml']) chownSync(join(folder, path), 65534, 65534)
    const ready = join(user.folder, 'ready')
    const [program, ...words] = user.command(
      ...['up', join(folder, 'lab.yaml'), '--state', state, '--ready-file', ready, '--log-level', 'info'],
    )
    lab = start(program, words)
    await lab.waitFor('Ctrl-C stops everything', 120_000)
  })
  afterAll(() => lab?.stop('SIGINT'))

  it('is by iPXE from a BIOS: a leased address, the script of the node, its kernel', async () => {
    await bmcsim('power', 'bios', 'on')
    const output = await booted('bios')
    expect(output).toContain('net0: 10.81.0.11/255.255.255.0 gw 10.81.0.254')
    expect(output).toContain('Filename: http://10.81.0.1/boot.ipxe')
    expect((await status('bios'))?.bootRequests).toMatchObject(
      ['boot.ipxe', 'kernel', 'initrd'].map((file) => ({ from: '10.81.0.11', file, status: 200 })),
    )
    expect(lab.output).toContain('DHCPACK(lan) 10.81.0.11 52:54:00:81:00:0a bios')
    expect(readFileSync(join(state, '.networks/lan/leases'), 'utf8')).toContain('52:54:00:81:00:0a 10.81.0.11 bios')
  }, 700_000)

  it('leaves the guest a server of names and of files', async () => {
    const shell = start(...consoleCommand('bios'))
    shell.send('\r')
    await shell.waitFor(/test-guest:\S*# /, 120_000, readable)
    const ask = async (command: string, answer: RegExp) => {
      shell.forget()
      shell.send(`${command}\r`)
      await shell.waitFor(answer, 120_000, readable)
    }
    // The kernel is not to speak amid the answers.
    await ask("dmesg -n 1; echo qui''et", /quiet/)
    await ask('cat /proc/cmdline', /who=bios/)
    await ask('ip link set eth0 up; udhcpc -f -n -q -t 20 -i eth0 -s /bin/true 2>&1', /lease of 10\.81\.0\.11 obtained/)
    await ask('ip address add 10.81.0.11/24 dev eth0; wget -q -O - http://10.81.0.1/note', /a file of the folder/)
    await ask('nslookup bios.lab.test 10.81.0.1', /Name:\s+bios\.lab\.test\s+Address[^\n]*10\.81\.0\.11/)
    await shell.stop()
  }, 600_000)

  it('is by PXE and by HTTP from UEFI: iPXE, and from there on the same', async () => {
    await bmcsim('power', 'pxe', 'on')
    await bmcsim('power', 'http', 'on')
    const pxe = await booted('pxe')
    expect(pxe).toContain('Start PXE over IPv4')
    expect(pxe).toContain('NBP filename is ipxe.efi')
    const http = await booted('http')
    expect(http).toContain('Start HTTP Boot over IPv4')
    expect(http).not.toContain('Start PXE')
    expect(http).toContain('http://10.81.0.1/ipxe.efi')
    for (const node of ['pxe', 'http']) {
      const files = (await status(node))?.bootRequests?.map(({ file }) => file)
      expect(files).toEqual(['boot.ipxe', 'kernel', 'initrd'])
    }
    expect(lab.output).toMatch(/"method":"HEAD","url":"\/ipxe\.efi","status":200/)
  }, 1_300_000)

  it('ends with bmcsim, however that ends', async () => {
    const relays = () => processes().filter((line) => line.includes('hubport,hubid=0') && line.includes(runFolder))
    expect(relays()).toHaveLength(1)
    const { pid } = JSON.parse(readFileSync(join(state, '.lock'), 'utf8'))
    process.kill(pid, 'SIGKILL')
    await until('the end of the relay', () => relays().length === 0)
    expect((await bmcsim('down')).code).toBe(0)
  })

  function consoleCommand(node: string): [string, string[]] {
    const [program, ...words] = user.command('console', node, '--no-backlog', '--state', state)
    return [program, [...words]]
  }
})

/** The command lines of all processes. */
function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return '' // it has ended meanwhile
      }
    })
}
