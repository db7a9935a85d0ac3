import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('qemu-img', 'qemu-utils'),
  requireTool('xorrisofs', 'xorriso'),
  requireTool('ssh', 'openssh-client'),
  requireTestGuest(),
]

/** What cloud-init would find, found by hand: the file system by its label, the files in it, and what the key opens. */
describe.skipIf(present.includes(false))('a cloud-init seed in a guest', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  let node: TestNode
  let lab: Lab
  let guest: GuestShell
  let port: number
  let seedPort: number

  beforeAll(async () => {
    port = await unusedPort()
    seedPort = await unusedPort()
    ;[node] = testNodes([await unusedAddress()])
    lab = await upLab(
      `seeds: 127.0.0.1:${seedPort}
defaults:
  users: [{ name: admin, password: password }]
nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623, guid: ${node.uuid} }
    machine:
      kind: qemu
      accel: tcg
      image: test-guest
      disk: 16M
      nics: [{ netdev: "user,hostfwd=tcp:127.0.0.1:${port}-:2222", mac: "52:54:00:00:00:2a" }]
      cloudInit:
        userData: { hostname: "{name}" }
        networkConfig: { version: 2, ethernets: { e: { match: { macaddress: "{mac}" }, dhcp4: true } } }
`,
      { env },
    )
    guest = new GuestShell(lab, node.name, env)
    await ipmitoolOk(node, 'power', 'on')
    await guest.booted()
    await until('an address by DHCP', async () => (await guest.ok('ip route')).includes('default'))
    await guest.ok('mkdir -p /seed && mount -t iso9660 -o ro $(findfs LABEL=cidata) /seed')
  }, 400_000)
  afterAll(() => lab?.process.stop('SIGINT'))

  const keyFile = () => join(lab.state, '.ssh-key')

  it('is behind the disk, and cannot be written to', async () => {
    expect(await guest.ok('findfs LABEL=cidata')).toBe('/dev/vdb\n')
    expect(await guest.ok('cat /sys/block/vda/ro /sys/block/vdb/ro')).toBe('0\n1\n')
  })

  it('has the three files of this node', async () => {
    expect(await guest.ok('ls -1 /seed')).toBe('meta-data\nnetwork-config\nuser-data\n')
    const userData = await guest.ok('cat /seed/user-data')
    expect(userData).toMatch(/^#cloud-config\n/)
    expect(parse(userData)).toEqual({
      hostname: node.name,
      ssh_authorized_keys: [readFileSync(`${keyFile()}.pub`, 'utf8').trim()],
    })
    expect(parse(await guest.ok('cat /seed/meta-data'))).toEqual({
      'instance-id': node.name,
      'local-hostname': node.name,
    })
    expect(parse(await guest.ok('cat /seed/network-config'))).toMatchObject({
      ethernets: { e: { match: { macaddress: '52:54:00:00:00:2a' } } },
    })
  })

  it('has them over HTTP as well, and every request is seen', async () => {
    const { code } = await guest.run(`wget -q -O - http://10.0.2.2:${seedPort}/${node.name}/nothing`)
    expect(code).not.toBe(0)
    for (const folder of [node.name, '52:54:00:00:00:2a']) {
      await guest.ok(`wget -q -O - http://10.0.2.2:${seedPort}/${folder}/user-data | cmp - /seed/user-data`)
    }
    const [{ seedRequests }] = JSON.parse((await lab.bmcsim('ps', '--json')).stdout)
    expect(seedRequests).toMatchObject([
      { from: '127.0.0.1', file: 'nothing', status: 404 },
      { file: 'user-data', status: 200 },
      { file: 'user-data', status: 200 },
    ])
  })

  it('leaves SMBIOS to the server that it is', async () => {
    expect(await guest.ok('cat /sys/class/dmi/id/product_serial')).not.toContain('ds=')
    expect((await guest.ok('cat /sys/class/dmi/id/product_uuid')).trim().toLowerCase()).toBe(node.uuid)
  })

  it('lets in whoever has the key of the lab, which the start tells of', async () => {
    expect(lab.process.stderr).toContain(`The ssh key of the nodes is in ${keyFile()}`)
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    await guest.ok(
      "sed -n 's/^  - ssh-/ssh-/p' /seed/user-data > /tmp/key && mkdir -p /root/.ssh && cp /tmp/key /root/.ssh/authorized_keys",
    )
    await guest.ok('chmod 700 /root /root/.ssh && chmod 600 /root/.ssh/authorized_keys')
    // The guest's own ssh lets root in without a password: this one takes keys only.
    await guest.ok('dropbear -R -s -p 2222')
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes']
    const words = [...options, 'PreferredAuthentications=publickey'].flatMap((option) => ['-o', option])
    const login = (key: string) =>
      run(findTool('ssh') ?? '', [
        '-F',
        'none',
        '-i',
        key,
        ...words,
        '-p',
        String(port),
        'root@127.0.0.1',
        'cat /seed/meta-data',
      ])
    const { code, stdout, stderr } = await login(keyFile())
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toContain(`instance-id: ${node.name}`)
    await guest.ok('echo > /root/.ssh/authorized_keys')
    expect((await login(keyFile())).code).toBe(255)
  })
})
