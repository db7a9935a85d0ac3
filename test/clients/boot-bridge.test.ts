import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { awaitReady, bmcsim, program } from '../support/bmcsim.ts'
import { makeWire, requireNamespaces, type Wire } from '../support/namespaces.ts'
import { type Child, run, start } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'

const present = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('dnsmasq', 'dnsmasq-base'),
  requireTool('udhcpc', 'udhcpc'),
  requireTool('nsenter', 'util-linux'),
  requireTestGuest(),
]

/** DHCP and boot files on a bridge, in a network that is only there for the test. */
describe.skipIf(present.includes(false) || !requireNamespaces())('booting from a bridge', () => {
  const folder = tempFolder()
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  const state = join(folder, 'state')
  let wire: Wire
  let lab: Child

  const words = (...args: string[]) => [`--net=/run/netns/${wire.host}`, ...args]
  const up = async (): Promise<Child> => {
    const ready = join(folder, `ready${Date.now()}`)
    const args = ['up', join(folder, 'lab.yaml'), '--state', state, '--ready-file', ready, '--log-level', 'info']
    const child = start('nsenter', words(process.execPath, program, ...args), { env })
    await awaitReady(child, ready)
    return child
  }
  const dnsmasqs = async () => (await run('nsenter', words('ss', '-Hlun', 'sport = 67'))).stdout.trim().split('\n')

  beforeAll(async () => {
    wire = makeWire('10.98.0.2/24', '10.98.0.1/24')
    wire.ipHost('address', 'add', 'fd00:98::1/64', 'dev', 'br0', 'nodad')
    writeFileSync(
      join(folder, 'lab.yaml'),
      `networks:
  lan:
    kind: bridge
    bridge: br0
    address: [10.98.0.1/24, "fd00:98::1/64"]
    dhcp: { range: 10.98.0.100-10.98.0.199, domain: lab.test }
    boot: { image: test-guest, port: 8080 }
defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: qemu, accel: tcg, memory: 256M, nics: [{ network: lan }] }
nodes:
  cn1: { address: 10.98.0.11 }
`,
    )
    lab = await up()
  })
  afterAll(async () => {
    await lab?.stop('SIGINT')
    for (const pid of qemuProcesses(env.BMCSIM_RUN_DIR)) process.kill(pid, 'SIGKILL')
    wire?.remove()
  })

  it('is as from a segment', async () => {
    await bmcsim(['power', 'cn1', 'on', '--state', state], { env })
    const wait = ['wait', 'cn1', '--for', 'console=test-guest:', '--timeout', '400s', '--state', state]
    const { code } = await bmcsim(wait, { env, timeoutMs: 500_000 })
    const console = readable(readFileSync(join(state, 'cn1', 'console.log'), 'latin1'))
    expect([code, console]).toEqual([0, expect.stringContaining('net0: 10.98.0.11/255.255.255.0')])
    expect(console).toContain('Filename: http://10.98.0.1:8080/boot.ipxe')
    const { stdout } = await bmcsim(['ps', '--json', '--state', state], { env })
    const [{ bootRequests }] = JSON.parse(stdout) as NodeStatus[]
    expect(bootRequests?.map(({ file }) => file)).toEqual(['boot.ipxe', 'kernel', 'initrd'])
  }, 600_000)

  it('leases addresses to others there too, and no way out', async () => {
    const script = join(folder, 'tell')
    writeFileSync(script, '#!/bin/sh\necho "$1 $ip router=$router dns=$dns domain=$domain"\n', { mode: 0o755 })
    const ask = [`--net=/run/netns/${wire.peer}`, 'udhcpc', '-f', '-n', '-q', '-t', '20', '-i', 'eth0', '-s', script]
    const { stdout } = await run('nsenter', ask)
    expect(stdout).toMatch(/^bound 10\.98\.0\.1\d\d router= dns= domain=lab\.test$/m)
  })

  it('goes on after a kill -9 with one dnsmasq, and ends with the lab', async () => {
    expect(await dnsmasqs()).toHaveLength(1)
    const vms = qemuProcesses(env.BMCSIM_RUN_DIR)
    expect(vms).toHaveLength(1)
    for (const start of ['second', 'third']) {
      lab.signal('SIGKILL')
      expect(await lab.ended()).toBe(-1)
      lab = await up()
      expect(lab.output, start).toContain('adopted 1 VM of the run before: cn1')
      expect([qemuProcesses(env.BMCSIM_RUN_DIR), await dnsmasqs()]).toEqual([vms, [expect.any(String)]])
    }
    expect(readFileSync(join(state, '.networks/lan/leases'), 'utf8')).toContain(' 10.98.0.11 cn1 ')
    expect(await lab.stop('SIGINT')).toBe(0)
    expect([qemuProcesses(env.BMCSIM_RUN_DIR), await dnsmasqs()]).toEqual([[], ['']])
  })
})
