import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bmcsim } from '../support/bmcsim.ts'
import { ipmitool } from '../support/ipmitool.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'

const there = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-img', 'qemu-utils'),
  requireTool('ssh', 'openssh-client'),
  requireTestGuest(),
]

const folder = tempFolder()
const options = {
  cwd: folder,
  timeoutMs: 140_000,
  env: { BMCSIM_RUN_DIR: join(folder, 'run'), XDG_STATE_HOME: folder },
}
const run = (...args: string[]) => bmcsim(args, options)
afterAll(() => run('down'))

describe.skipIf(there.includes(false))('bmcsim create, with VMs', () => {
  it('boots four at the same time, and ends at its time for one that never answers', async () => {
    const hosts = [await unusedAddress(), await unusedAddress(), await unusedAddress(), await unusedAddress()]
    const ports = [await unusedPort(), await unusedPort(), await unusedPort(), await unusedPort()]
    const texts = hosts.map(
      (host, i) => `  vm${i}:
    range: ${i}-${i}
    mac: "52:54:00:00:07:{hex}"
    bmc: { address: ${host}, port: 623 }
    address: 127.0.0.1
    machine: { disk: 64M, nics: ["user,hostfwd=tcp:127.0.0.1:${ports[i]}-:22"] }
    ready: { ssh: ${ports[i]}, ${i === 0 ? '' : 'login: root,'} console: "test-guest:", inband: true, command: "test {name} = vm${i}{n}", timeout: 120s }`,
    )
    const file = `defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: qemu, accel: tcg }
pools:
${texts.join('\n')}
  mute:
    range: 9-9
    bmc: { address: ${await unusedAddress()} }
    machine: { kind: simulated }
    ready: { console: "this is never said", timeout: 3s }
`
    writeFileSync(join(folder, 'lab.yaml'), file)
    const began = performance.now()
    const { code, stdout, stderr } = await run('create', '[0-3]:test-guest', 'mute9')
    const wall = (performance.now() - began) / 1000
    for (const stage of ['disk', 'start', 'firmware', 'boot', 'ready']) expect(stderr).toContain(`vm33: ${stage}\n`)
    expect(stderr).toContain('vm33   test-guest  52:54:00:00:07:03  127.0.0.1')
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toEqual([
      ...[0, 1, 2, 3].map((i) => expect.stringMatching(new RegExp(`^vm${i}${i}: good, ready after \\d+\\.\\d s$`))),
      expect.stringMatching(/^mute9: not ready after 3\.0 s, at stage boot; missing: console "this is never said"/),
    ])
    expect(code).toBe(1)
    // Each is counted from the same moment, so the greatest is what the whole took.
    const took = lines.slice(0, 4).map((line) => Number(/after ([\d.]+) s/.exec(line)?.[1]))
    process.stderr.write(`four test guests were ready after ${took.join(', ')} s; ${wall.toFixed(1)} s in all\n`)
    // One after another would be nearly four times as long; making disks, and starting, come before the count.
    expect(wall).toBeLessThan(1.5 * Math.max(...took) + 5)
    expect(wall).toBeLessThan(0.75 * took.reduce((sum, one) => sum + one, 0))
    for (const host of hosts) {
      const power = await ipmitool({ host, user: 'admin', password: 'password' }, 'chassis', 'power', 'status')
      expect(power.stdout).toBe('Chassis Power is on\n')
    }
    expect((await run('wait', 'all', '--for', 'power=on')).code).toBe(0)
    const nobody = await run('wait', 'vm33', '--for', 'login=nobody', '--timeout', '5s')
    expect([nobody.code, nobody.stdout]).toEqual([
      1,
      expect.stringMatching(/at stage ready; missing: login nobody@127\.0\.0\.1:\d+: .*Permission denied/),
    ])
    expect((await run('wait', 'vm33', '--for', 'login=root', '--timeout', '20s')).code).toBe(0)
  }, 180_000)
})
