import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bmcsim, type Lab, program, upLab } from '../support/bmcsim.ts'
import { ipmitoolInTerminal, ipmitoolOk } from '../support/ipmitool.ts'
import { makeWire, namespaceNames, requireNamespaces } from '../support/namespaces.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { run } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** Labs whose process is killed leave VMs behind: whatever a test does, none outlives this file. */
const runFolders: string[] = []
afterAll(() => {
  for (const folder of runFolders) for (const pid of qemuProcesses(folder)) process.kill(pid, 'SIGKILL')
})

function surroundings() {
  const run = join(tempFolder(), 'run')
  runFolders.push(run)
  return { run, env: { BMCSIM_RUN_DIR: run } }
}

async function killed(lab: Pick<Lab, 'process'>): Promise<void> {
  lab.process.signal('SIGKILL')
  expect(await lab.process.ended()).toBe(-1)
}

describe.skipIf(present.includes(false) || !requireTestGuest())('a lab whose process was killed', () => {
  const { run: runFolder, env } = surroundings()
  const folder = tempFolder()

  it('goes on: VMs, their network, in band, SOL, console and power', { timeout: 900_000 }, async () => {
    const nodes = testNodes([await unusedAddress(), await unusedAddress()])
    const [cn01, cn02] = nodes
    const yaml = `networks:
  lan: { kind: segment }
defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: qemu, accel: tcg, image: test-guest, nics: [{ network: lan }] }
nodes:
${nodes.map(({ name, host }) => `  ${name}: { bmc: { address: ${host}, port: 623 } }\n`).join('')}`
    const lab = await upLab(yaml, { env }, folder)
    const guests = nodes.map(({ name }) => new GuestShell(lab, name, env))
    await lab.bmcsim('power', 'cn[01-02]', 'on')
    await Promise.all(guests.map((guest) => guest.booted()))
    for (const guest of guests) await guest.foundBmc()
    for (const [i, guest] of guests.entries()) await guest.ok(`ip address add 10.1.0.${i + 1}/24 dev eth0`)
    await until('an answer of the neighbour', async () => (await guests[0].run('ping -c 1 10.1.0.2')).code === 0)
    expect(await guests[0].ok('ipmitool mc guid')).toContain(await guidOf(cn01))
    await guests[0].ok("echo said be''fore")
    // Fifteen seconds long: before the kill, while nobody listens, and after.
    await guests[0].ok('(i=0; while [ $i -lt 150 ]; do echo tick $i.; i=$((i+1)); sleep 0.1; done) & true')
    expect((await lab.bmcsim('link', 'cn02', 'delay=150ms')).code).toBe(0)
    const pids = qemuProcesses(runFolder)
    expect(pids).toHaveLength(2)

    await killed(lab)
    for (const { console } of guests) await console.ended()
    const scrollback = () => readFileSync(join(lab.state, 'cn01', 'console.log'), 'latin1')
    expect(scrollback()).not.toContain('tick 149.')
    expect(qemuProcesses(runFolder)).toEqual(pids)
    const shown = await bmcsim(['ps', '--state', lab.state], { env })
    expect(shown.code).toBe(3)
    expect(shown.stderr).toContain(`lab lab has no process any more (pid ${lab.process.pid} is gone)`)
    for (const pid of pids) expect(shown.stderr).toMatch(new RegExp(`cn0[12]: QEMU \\(pid ${pid}\\)`))

    const again = await upLab(yaml, { env }, folder)
    expect(again.process.stderr).toContain('adopted 2 VMs of the run before: cn01, cn02')
    expect(qemuProcesses(runFolder)).toEqual(pids)
    expect(await ipmitoolOk(cn01, 'power', 'status')).toContain('is on')
    expect(await ipmitoolOk(cn01, 'power', 'on')).toContain('Up/On')
    expect(qemuProcesses(runFolder)).toEqual(pids)

    const [first, second] = nodes.map(({ name }) => new GuestShell(again, name, env))
    await first.ok("echo said af''ter")
    const guid = await guidOf(cn01)
    await until('its BMC in band', async () => (await first.run('ipmitool mc guid')).output.includes(guid), 240_000)
    const pinged = await first.ok('ping -c 3 10.1.0.2')
    // As it was set at run time: there and back.
    expect(Number(/min\/avg\/max = ([\d.]+)/.exec(pinged)?.[1])).toBeGreaterThanOrEqual(300)
    expect((await second.run('ping -c 1 10.1.0.1')).code).toBe(0)
    expect((await again.bmcsim('link', 'cn02', 'down')).code).toBe(0)
    await until('no carrier', async () => (await second.ok('cat /sys/class/net/eth0/carrier')) === '0\n')

    await until('the last tick', () => scrollback().includes('tick 149.'), 60_000)
    const ticks = [...scrollback().matchAll(/tick (\d+)\./g)].map(([, number]) => Number(number))
    expect(ticks).toEqual(Array.from({ length: 150 }, (_, i) => i))
    const kept = scrollback()
    const [before, after] = [kept.indexOf('said before'), kept.indexOf('said after')]
    expect(before).toBeGreaterThan(0)
    expect(after).toBeGreaterThan(before)

    const sol = ipmitoolInTerminal(cn01, 'sol', 'activate')
    await sol.waitFor(/SOL Session operational/)
    sol.send("echo over s''ol\r")
    await sol.waitFor('over sol', 60_000, readable)
    await sol.stop()

    await ipmitoolOk(cn01, 'power', 'reset')
    await until('the guest to start again', () => /test-guest:\S*# /.test(readable(scrollback().slice(after))), 240_000)
    expect(qemuProcesses(runFolder)).toEqual(pids)
    await ipmitoolOk(cn01, 'power', 'off')
    await until('one VM', () => qemuProcesses(runFolder).length === 1)
    expect(await ipmitoolOk(cn01, 'power', 'status')).toContain('is off')
    expect(await ipmitoolOk(cn02, 'power', 'status')).toContain('is on')

    await killed(again)
    const plan = await bmcsim(['up', join(folder, 'lab.yaml'), '--plan', '--state', again.state], { env })
    expect([plan.code, plan.stderr]).toEqual([
      0,
      expect.stringMatching(/and this of it is left:\n.* cn02: QEMU \(pid \d+\)/),
    ])
    const down = await bmcsim(['down', '--state', again.state], { env })
    expect([down.code, down.stderr]).toEqual([0, ''])
    expect(down.stdout).toContain(`lab: its process (pid ${again.process.pid}) was gone; taken away is what it left:`)
    expect(down.stdout).toMatch(/^ {2}cn02: QEMU \(pid \d+\)$/m)
    expect([qemuProcesses(runFolder), readdirSync(runFolder)]).toEqual([[], []])
    for (const left of ['.lock', 'made.jsonl']) expect(existsSync(join(again.state, left))).toBe(false)
    expect((await bmcsim(['down', '--state', again.state], { env })).code).toBe(3)
  })
})

async function guidOf(node: TestNode): Promise<string> {
  const said = await ipmitoolOk(node, 'mc', 'guid')
  return /System GUID *: (\S+)/.exec(said)?.[1] ?? 'no GUID'
}

describe.skipIf(present.includes(false))('VMs that outlive their bmcsim', () => {
  async function pair() {
    const { run: runFolder, env } = surroundings()
    const folder = tempFolder()
    const nodes = testNodes([await unusedAddress(), await unusedAddress()])
    return { runFolder, env, folder, nodes, yaml: qemuLab(nodes) }
  }

  it('are adopted by those of several workers that have their nodes', async () => {
    const { runFolder, env, folder, nodes, yaml } = await pair()
    const args = ['--workers', '2']
    const lab = await upLab(yaml, { env }, folder, args)
    for (const node of nodes) await ipmitoolOk(node, 'power', 'on')
    const pids = qemuProcesses(runFolder)
    await killed(lab)
    const again = await upLab(yaml, { env }, folder, args)
    expect(again.process.stderr).toContain('adopted 2 VMs of the run before: cn01, cn02')
    expect(qemuProcesses(runFolder)).toEqual(pids)
    await ipmitoolOk(nodes[0], 'power', 'off')
    await until('one VM', () => qemuProcesses(runFolder).length === 1)
    expect(await again.process.stop('SIGINT')).toBe(0)
    expect([qemuProcesses(runFolder), readdirSync(runFolder)]).toEqual([[], []])
  })

  it('are as they were where they are not what is wanted now, or have ended: ended, started again, or left off', async () => {
    const { runFolder, env, folder, nodes, yaml } = await pair()
    const lab = await upLab(yaml, { env }, folder)
    for (const node of nodes) await ipmitoolOk(node, 'power', 'on')
    const [pid] = qemuProcesses('guest=cn01').filter((one) => qemuProcesses(runFolder).includes(one))
    await ipmitoolOk(nodes[1], 'power', 'off')
    await until('one VM', () => qemuProcesses(runFolder).length === 1)
    await killed(lab)
    const again = await upLab(yaml.replace('memory: 32M', 'memory: 48M, start: now'), { env }, folder)
    const why = `cn01: its VM of an earlier run (pid ${pid}) was ended: its configuration has changed`
    expect(again.process.stderr).toContain(why)
    expect(again.process.stderr).not.toContain('adopted')
    expect(await ipmitoolOk(nodes[0], 'power', 'status')).toContain('is on')
    expect(await ipmitoolOk(nodes[1], 'power', 'status')).toContain('is off')
    expect(qemuProcesses(runFolder)).toHaveLength(1)
    expect(qemuProcesses(runFolder)).not.toContain(pid)
    expect(await again.process.stop('SIGINT')).toBe(0)
    expect(qemuProcesses(runFolder)).toEqual([])
  })

  it('do not outlive a first start that fails', async () => {
    const { runFolder, env, folder, yaml } = await pair()
    const file = join(folder, 'lab.yaml')
    writeFileSync(file, yaml.replace('memory: 32M', 'memory: 32M, start: now'))
    const args = ['up', file, '--state', join(folder, 'state'), '--ready-file', '/nonexistent/folder/ready']
    const { code, stderr } = await bmcsim(args, { env })
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot write the ready file')])
    expect([qemuProcesses(runFolder), readdirSync(runFolder)]).toEqual([[], []])
  })

  it('outlive a mistake in it, and a start that fails', async () => {
    const { runFolder, env, folder, nodes, yaml } = await pair()
    const planted = `data:text/javascript,process.on('SIGUSR2', () => { throw new Error('planted') })`
    const lab = await upLab(yaml, { env: { ...env, NODE_OPTIONS: `--import="${planted}"` } }, folder)
    await ipmitoolOk(nodes[0], 'power', 'on')
    const pids = qemuProcesses(runFolder)
    expect(pids).toHaveLength(1)
    lab.process.signal('SIGUSR2')
    expect(await lab.process.ended()).toBe(1)
    expect(lab.process.stderr).toContain('bmcsim: planted')
    const goesOn = `1 VM goes on without a BMC: the next start adopts it, bmcsim down --state ${lab.state} ends it`
    expect(lab.process.stderr).toContain(goesOn)

    await expect(upLab(yaml.replace(nodes[1].host, '192.0.2.1'), { env }, folder)).rejects.toThrow(goesOn)
    expect(qemuProcesses(runFolder)).toEqual(pids)
    const again = await upLab(yaml, { env }, folder)
    expect(again.process.stderr).toContain('adopted 1 VM of the run before: cn01')
    expect(qemuProcesses(runFolder)).toEqual(pids)
    expect(await again.process.stop('SIGINT')).toBe(0)
    expect(qemuProcesses(runFolder)).toEqual([])
  })
})

describe.skipIf(present.includes(false) || !requireNamespaces())('what a killed lab has left on its machine', () => {
  it('is taken over by up, a NIC on a bridge too, and taken away by down: VM, address, network card', {
    timeout: 400_000,
  }, async () => {
    const { run: runFolder, env } = surroundings()
    const wire = makeWire('10.64.0.2/24', '10.64.0.1/24')
    try {
      // Other tests may have namespaces of their own at the same time.
      const names = () => namespaceNames().filter((name) => name.startsWith('bmcsim-own02-'))
      expect(names()).toEqual([])
      const folder = tempFolder()
      const yaml = `defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: qemu, accel: tcg, memory: 32M, start: now }
nodes:
  cn01: { bmc: { address: 10.64.0.11, network: alias, interface: br0 }, machine: { nics: [{ bridge: br0 }] } }
  own02: { bmc: { address: 10.64.0.12, network: namespace, interface: br0 }, machine: { kind: simulated } }
`
      const nsenter = [`--net=/run/netns/${wire.host}`, process.execPath]
      const up = () => upLab(yaml, { env }, folder, [], ['nsenter', ...nsenter])
      const first = await up()
      const pids = qemuProcesses(runFolder)
      const ports = () => wire.ipHost('-o', 'link', 'show', 'master', 'br0')
      const [tap] = /nic[0-9a-f]{10}/.exec(ports()) ?? []
      await killed(first)
      // As where the bridge was made anew.
      wire.ipHost('link', 'set', tap ?? 'no tap', 'nomaster')
      const lab = await up()
      expect(lab.process.stderr).toContain('adopted 1 VM of the run before: cn01')
      expect(qemuProcesses(runFolder)).toEqual(pids)
      expect(ports()).toContain(tap)
      expect(wire.addresses()).toContain('10.64.0.11/32')
      expect(names()).toHaveLength(1)
      expect(qemuProcesses(runFolder)).toHaveLength(1)
      await killed(lab)
      const down = await run('nsenter', [...nsenter, program, 'down', '--json', '--state', lab.state], { env })
      expect([down.code, down.stderr]).toEqual([0, ''])
      expect(JSON.parse(down.stdout)).toMatchObject({ name: 'lab', pid: lab.process.pid, failed: [] })
      expect(JSON.parse(down.stdout).removed.sort()).toEqual([
        expect.stringMatching(/^cn01: QEMU \(pid \d+\)$/),
        'cn01: address 10.64.0.11 on br0',
        expect.stringMatching(/^own02: interface bmc/),
        expect.stringMatching(/^own02: network namespace bmcsim-own02-/),
      ])
      expect(wire.addresses()).toEqual(['10.64.0.1/24'])
      expect(names()).toEqual([])
      expect([qemuProcesses(runFolder), readdirSync(runFolder)]).toEqual([[], []])
    } finally {
      wire.remove()
    }
  })
})
