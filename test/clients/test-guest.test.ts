import { truncateSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTestGuest(),
]

/** What docs/config.md says of the test guest, beyond what the other tests make use of. */
describe.skipIf(present.includes(false))('the test guest', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  let server: Server
  let lab: Lab
  let node: TestNode
  let guest: GuestShell
  let ssh: number
  let booted = ''

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/none') response.writeHead(404)
      response.end(`echo "given: $1"; exit ${request.url?.length}\n`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    ssh = await unusedPort()
    const disk = join(tempFolder(), 'disk.img')
    writeFileSync(disk, '')
    truncateSync(disk, 1024 * 1024)
    ;[node] = testNodes([await unusedAddress()])
    // 10.0.2.2 is this machine in QEMU's user network. Where there is ACPI, Linux 6.1 switches off by that, whatever is loaded.
    lab = await upLab(
      `nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623 }
    users: [{ name: admin, password: password }]
    machine:
      kind: qemu
      accel: tcg
      image: test-guest
      append: acpi=off bmcsim.run=http://10.0.2.2:${port}/some/program
      nics: ["user,hostfwd=tcp:127.0.0.1:${ssh}-:22", { netdev: "user,net=10.0.9.0/24", model: virtio-net-pci }]
      disks: [${disk}]
`,
      { env },
    )
    guest = new GuestShell(lab, node.name, env)
    await ipmitoolOk(node, 'power', 'on')
    booted = await guest.console.waitFor(/ ended with \d+\r?\n/, 240_000)
  })
  afterAll(async () => {
    server?.close()
    await lab?.process.stop('SIGINT')
  })

  it('fetches the program that its command line names, and runs it', async () => {
    const { port } = server.address() as AddressInfo
    const url = `http://10.0.2.2:${port}/some/program`
    expect(booted).toContain(`test guest: ${url} runs`)
    expect(booted).toContain(`given: ${url}`)
    expect(booted).toContain(`test guest: ${url} ended with 13`)
  })

  it('takes ssh', async () => {
    // QEMU takes the connection also before somebody listens in the guest, and ends it then.
    expect(await until('a greeting', () => firstWords(ssh))).toMatch(/^SSH-2\.0-dropbear/)
  })

  it('has drivers for what is behind another device, too: a virtio NIC and disk behind PCI', async () => {
    guest.console.send('\r')
    await guest.booted()
    expect(await guest.ok('cat /sys/block/vda/size')).toBe('2048\n')
    await until('an address', async () => (await guest.ok('ip address')).includes('inet 10.0.9.15/24'), 120_000)
  })

  it('says why a program does not come', async () => {
    const { port } = server.address() as AddressInfo
    const url = `http://10.0.2.2:${port}/none`
    guest.console.forget()
    guest.console.send(`echo bmcsim.run=${url} >/tmp/words; mount --bind /tmp/words /proc/cmdline; /etc/run &\n`)
    expect(await guest.console.waitFor(/ does not come \(.*\)/, 60_000)).toContain('404 Not Found')
  })

  it('switches itself off by its BMC where ipmi_poweroff is loaded', async () => {
    await guest.ok('modprobe ipmi_poweroff')
    guest.console.send('poweroff\n')
    await until('power off', async () => (await ipmitoolOk(node, 'power', 'status')).includes('is off'), 120_000)
    await lab.process.waitFor('power off (as asked)')
  })
})

/** Undefined where the other end says nothing before it leaves. */
function firstWords(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = ''
    const socket = connect(port, '127.0.0.1')
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1')
      if (said.includes('\n')) socket.destroy()
    })
    socket.on('error', () => {})
    socket.setTimeout(20_000, () => socket.destroy())
    socket.on('close', () => resolve(said || undefined))
  })
}
