import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bmcsim } from '../support/bmcsim.ts'
import { ipmitool } from '../support/ipmitool.ts'
import type { Finished } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
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
  timeoutMs: 700_000,
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
    ready: { ssh: ${ports[i]}, ${i === 0 ? '' : 'login: root,'} console: "test-guest:", inband: true, command: "test {name} = vm${i}{n}", timeout: 600s }`,
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
      expect.stringMatching(/^mute9: not ready after \d+\.\d s, at stage boot; missing: console "this is never said"/),
    ])
    expect(code).toBe(1)
    const [mute, ...took] = [...lines.slice(4), ...lines.slice(0, 4)].map(secondsIn)
    // Its own time is over long before that of the others, on a busy machine a little late.
    expect(mute).toBeGreaterThanOrEqual(3)
    expect(mute).toBeLessThan(60)
    // One after another: the second VM would be started when the first is ready.
    const started = qemuProcesses(options.env.BMCSIM_RUN_DIR).map(startOf)
    const apart = Math.max(...started) - Math.min(...started)
    const slowest = Math.max(...took)
    const all = `${took.join(', ')} s; ${wall.toFixed(1)} s in all`
    process.stderr.write(`four test guests, started within ${apart.toFixed(2)} s, were ready after ${all}\n`)
    expect(started).toHaveLength(4)
    expect(apart).toBeLessThan(Math.min(...took))
    // Each is counted from the same moment; making disks, and starting, come before it.
    expect(wall).toBeLessThan(1.5 * slowest + 5)
    expect(wall).toBeLessThan(0.75 * took.reduce((sum, one) => sum + one, 0))
    for (const host of hosts) {
      const power = await ipmitool({ host, user: 'admin', password: 'password' }, 'chassis', 'power', 'status')
      expect(power.stdout).toBe('Chassis Power is on\n')
    }
    expect((await run('wait', 'all', '--for', 'power=on')).code).toBe(0)
    // As long as it takes the guest to refuse: the wait itself ends only with its time.
    const refused = /at stage ready; missing: login nobody@127\.0\.0\.1:\d+: .*Permission denied/
    let nobody: Finished | undefined
    for (const time of ['5s', '20s', '80s']) {
      if (nobody !== undefined && refused.test(nobody.stdout)) break
      nobody = await run('wait', 'vm33', '--for', 'login=nobody', '--timeout', time)
    }
    expect(nobody).toMatchObject({ code: 1, stdout: expect.stringMatching(refused) })
    expect((await run('wait', 'vm33', '--for', 'login=root', '--timeout', '120s')).code).toBe(0)
  }, 1_200_000)
})

/** `good, ready after 4.2 s` */
function secondsIn(line: string): number {
  return Number(/after ([\d.]+) s/.exec(line)?.[1])
}

/** When a process was started, in seconds: proc(5), /proc/PID/stat, field 22, in ticks of 10 ms. The second field is in brackets, and may hold blanks. */
function startOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[19]) / 100
}
