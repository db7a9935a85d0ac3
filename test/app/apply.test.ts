import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim, type Lab, program, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolInTerminal, ipmitoolOk } from '../support/ipmitool.ts'
import { run, start } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const withIpmitool = requireTool('ipmitool', 'ipmitool')
const withQemu = requireTool('qemu-system-x86_64', 'qemu-system-x86')

const runDir = tempFolder()
const env = { BMCSIM_RUN_DIR: runDir }
let hosts: string[]
let lab: Lab

const text = (nodes: readonly string[], more = '') => `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
  bmc: { port: 623 }
${more}nodes:
${nodes.map((node) => `  ${node}\n`).join('')}`

const node = (name: string, address: string, more = '') => `${name}: { bmc: { address: ${address} }${more} }`
const file = () => join(dirname(lab.state), 'lab.yaml')
const upFile = (path: string, ...more: string[]) => bmcsim(['up', path, '--state', lab.state, ...more], { env })
const again = (...more: string[]) => upFile(file(), ...more)
const write = (nodes: readonly string[], more = '') => writeFileSync(file(), text(nodes, more))
const login = (host: string, password = 'password') => ({ host, port: 623, user: 'admin', password })
const statuses = async (): Promise<NodeStatus[]> => JSON.parse((await lab.bmcsim('ps', '--json')).stdout)
const powers = async () => Object.fromEntries((await statuses()).map(({ name, power }) => [name, power]))
const addresses = async () => Object.fromEntries((await statuses()).map(({ name, bmc }) => [name, bmc.address]))

beforeEach(async () => {
  hosts = [await unusedAddress(), await unusedAddress(), await unusedAddress()]
})
afterEach(async () => {
  await lab?.process.stop()
})

describe('a second bmcsim up', () => {
  it('does nothing where nothing differs, and says so', async () => {
    lab = await upLab(text([node('cn1', hosts[0])]), { env })
    const { pid } = lab.process
    writeFileSync(file(), `# moved\n${readFileSync(file(), 'utf8')}`)
    expect(await again()).toEqual({ code: 0, stdout: `lab: nothing to do, it runs with pid ${pid}\n`, stderr: '' })
    const mine = join(dirname(lab.state), 'mine')
    const { stdout } = await again('--json', '--ready-file', mine)
    expect(JSON.parse(readFileSync(mine, 'utf8'))).toMatchObject([{ name: 'cn1' }])
    expect(JSON.parse(stdout)).toEqual({
      lab: 'lab',
      state: lab.state,
      pid,
      changed: false,
      nodes: [{ name: 'cn1', action: 'leave' }],
      networks: 'leave',
      seeds: 'leave',
      notes: [],
    })
  })

  it.skipIf(!withIpmitool)('starts, changes and stops what differs; the sessions of what is left go on', async () => {
    lab = await upLab(text([node('keep', hosts[0]), node('change', hosts[1]), node('old', hosts[2])]), { env })
    await lab.bmcsim('power', 'keep,change', 'on')
    const sol = ipmitoolInTerminal(login(hosts[0]), 'sol', 'activate')
    await sol.waitFor('SOL Session operational', 60_000, readable)
    await until('the prompt', async () => (await lab.bmcsim('console', 'keep', '--print')).stdout.includes('login:'))

    write([
      node('keep', hosts[0]),
      node('change', hosts[1], ', users: [{ name: admin, password: other }]'),
      node('new', hosts[2]),
    ])
    const { code, stdout, stderr } = await again()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(
      `~ change  change  users
+ new     start   BMC ${hosts[2]}:623, simulated, power off
- old     stop

lab: 1 started, 1 changed, 1 as they were, 1 stopped; it runs with pid ${lab.process.pid}
`,
    )
    await lab.process.waitFor(`${file()} applied: 1 started, 1 changed, 1 as they were, 1 stopped`)
    expect(await powers()).toEqual({ keep: 'on', change: 'on', new: 'off' })
    expect(await ipmitoolOk(login(hosts[1], 'other'), 'chassis', 'power', 'status')).toContain('is on')
    expect((await ipmitool(login(hosts[1]), 'chassis', 'power', 'status')).code).not.toBe(0)
    // The same session: nobody had to log in again.
    sol.forget()
    sol.send('still there\r')
    await sol.waitFor('still there', 60_000, readable)
    expect((await statuses()).find(({ name }) => name === 'keep')?.sessions).toBe(1)
    expect(
      JSON.parse(readFileSync(join(dirname(lab.state), 'ready'), 'utf8')).map(({ name }: NodeStatus) => name),
    ).toEqual(['keep', 'change', 'new'])
    await sol.stop()
  })

  it('exchanges addresses between nodes', async () => {
    lab = await upLab(text([node('a', hosts[0]), node('b', hosts[1]), node('c', hosts[2])]), { env })
    write([node('a', hosts[1]), node('b', hosts[2]), node('d', hosts[0])])
    expect(await again()).toMatchObject({ code: 0, stderr: '' })
    expect(await addresses()).toEqual({ a: hosts[1], b: hosts[2], d: hosts[0] })
  })

  it('changes nothing where something cannot be had, and says all of it', async () => {
    lab = await upLab(text([node('a', hosts[0]), node('b', hosts[1])]), { env })
    await lab.bmcsim('power', 'all', 'on')
    const before = await statuses()
    const same = async () => expect((await statuses()).map(({ name }) => name)).toEqual(before.map(({ name }) => name))

    writeFileSync(file(), `nodes: { a: { bmc: { adress: ${hosts[2]} } } }\n`)
    const wrong = await again()
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('did you mean "address"?')
    expect(wrong.stderr).toContain('^')
    await same()

    write([
      node('b', hosts[1], ', users: [{ name: admin, password: x }]'),
      node('c', '192.0.2.77'),
      node('d', '192.0.2.78'),
    ])
    const absent = await again()
    expect(absent.code).toBe(1)
    expect(absent.stderr).toMatch(/c: cannot answer on 192\.0\.2\.77[^\n]*\n.*d: cannot answer on 192\.0\.2\.78/)
    await same()
    expect(await powers()).toEqual({ a: 'on', b: 'on' })

    // What shows only when everything is under way: it is put back.
    const alias = 'nowhere: { bmc: { address: 192.0.2.79, network: alias, interface: nosuch0 } }'
    write([node('b', hosts[1], ', users: [{ name: admin, password: x }]'), alias])
    const late = await again()
    expect(late.code).toBe(1)
    expect(late.stderr).toContain('nosuch0')
    expect(late.stderr).toContain('bmcsim: the lab is as it was; for that it made again: a, b\n')
    await same()
    expect(await powers()).toEqual({ a: 'on', b: 'on' })
    write([node('a', hosts[0]), node('b', hosts[1])])
    expect((await again()).stdout).toContain('nothing to do')
  })

  it('is refused with the pid of the first where that runs another file, or does not answer', async () => {
    lab = await upLab(text([node('a', hosts[0])]), { env })
    const other = join(dirname(lab.state), 'other.yaml')
    writeFileSync(other, text([node('a', hosts[0])]))
    const refused = await upFile(other)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain(`is in use by bmcsim with pid ${lab.process.pid}, which runs ${file()}`)

    lab.process.signal('SIGSTOP')
    const dumb = await again()
    lab.process.signal('SIGCONT')
    expect(dumb).toMatchObject({ code: 1, stdout: '' })
    expect(dumb.stderr).toContain(`(pid ${lab.process.pid}): it does not answer`)
  })

  it('with workers is refused before anything is touched', async () => {
    const folder = tempFolder()
    const path = join(folder, 'lab.yaml')
    writeFileSync(path, text([node('a', hosts[0])]))
    const ready = join(folder, 'ready')
    const up = start(
      process.execPath,
      [program, 'up', path, '--state', join(folder, 's'), '--ready-file', ready, '--workers', '1'],
      { env },
    )
    await until(
      'the lab',
      () => existsSync(ready),
      60_000,
      () => up.output,
    )
    const second = await bmcsim(['up', path, '--state', join(folder, 's')], { env })
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('a lab with --workers cannot be changed')])
    await up.stop()
  })
})

describe('networks and waiting', () => {
  it('come, go and change with the file; who waits for a node that is changed is told', async () => {
    lab = await upLab(
      text(
        [node('a', hosts[0], ', machine: { nics: [{ network: lan }] }'), node('b', hosts[1])],
        'networks: { lan: segment }\n',
      ),
      { env },
    )
    const args = [program, 'wait', 'a', '--for', 'console=never said', '--timeout', '200s', '--state', lab.state]
    const waiting = start(process.execPath, args, { env })
    await waiting.waitFor('a: off')
    const console = start(process.execPath, [program, 'console', 'a', '--state', lab.state], { env })
    await until('the viewer', async () => (await lab.bmcsim('power', 'a', 'on')).code === 0)
    await console.waitFor('login:')

    const wan = 'networks: { lan: { kind: segment, mtu: 9000 }, wan: segment }\n'
    write([node('a', hosts[0], ', machine: { nics: [{ network: lan }] }'), node('b', hosts[1])], wan)
    const { stdout } = await again()
    expect(stdout).toContain('~ a  change  machine; the machine restarts\n~ networks differ\n')
    await waiting.ended()
    expect(waiting.stdout).toMatch(/^a: not console=never said after .*it was stopped or changed meanwhile/)
    expect(await console.ended()).toBe(1)
    expect(console.stderr).toContain('the lab ended, or a was changed')
    expect(await powers()).toEqual({ a: 'on', b: 'off' })
    expect((await lab.bmcsim('link', 'a')).stdout).toContain('lan')

    write(
      [node('a', hosts[0], ', machine: { nics: [{ network: wan }] }'), node('b', hosts[1])],
      'networks: { wan: segment }\n',
    )
    expect((await again()).stdout).toContain('1 changed, 1 as they were')
    expect((await lab.bmcsim('link', 'a')).stdout).toContain('wan')
  })
})

describe.skipIf(!withQemu)('the VM of a node', () => {
  it('goes on where the node is left alone or changed beside it, and is another one where its machine differs', async () => {
    const vm = (memory: string) => `, machine: { kind: qemu, memory: ${memory}, start: now }`
    const other = ', users: [{ name: admin, password: other, privilege: admin }]'
    const three = (memory: string, users: string) => [
      node('left', hosts[0], vm('64M')),
      node('users', hosts[1], vm('64M') + users),
      node('memory', hosts[2], vm(memory)),
    ]
    lab = await upLab(text(three('64M', '')), { env })
    const pids = () => ['left', 'users', 'memory'].map((name) => qemuProcesses(`-name guest=${name} `))
    await until('three VMs', () => pids().every((found) => found.length === 1))
    const [[left], [users], [memory]] = pids()

    write(three('96M', other))
    expect((await again()).stdout).toContain(
      '~ users   change  users\n~ memory  change  machine; the machine restarts\n',
    )
    const now = pids()
    expect(now.slice(0, 2)).toEqual([[left], [users]])
    expect(now[2]).toHaveLength(1)
    expect(now[2]).not.toContain(memory)
    expect(await powers()).toEqual({ left: 'on', users: 'on', memory: 'on' })
    expect((await run('kill', ['-0', String(memory)])).code).not.toBe(0)
    expect((await again()).stdout).toContain('nothing to do')
    // The BMC that was changed has its VM in hand.
    await lab.bmcsim('power', 'users', 'off')
    expect(pids()[1]).toEqual([])

    // A failed change gives the VM back, too.
    write([...three('96M', ''), 'nowhere: { bmc: { address: 192.0.2.79, network: alias, interface: nosuch0 } }'])
    const [, , [third]] = pids()
    expect((await again()).stderr).toContain('the lab is as it was; for that it made again: users')
    expect(pids()).toEqual([[left], [], [third]])
  })
})
