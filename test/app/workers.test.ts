import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim, ipmiSim, program } from '../support/bmcsim.ts'
import { ipmitoolInTerminal, ipmitoolOk } from '../support/ipmitool.ts'
import { type Child, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const withIpmitool = requireTool('ipmitool', 'ipmitool')

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'home') }
const names = ['cn01', 'cn02', 'cn03', 'cn04', 'cn05', 'cn06']
const labFile = join(folder, 'six.yaml')
const ready = join(folder, 'ready.json')
let host: string

/** In each thread: throws or leaves there when a file says so. What `--import` names is loaded by every thread of a process. */
const sabotage = join(folder, 'sabotage.mjs')
writeFileSync(
  sabotage,
  `import { existsSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
const mine = !isMainThread && workerData.nodes.some(({ config }) => config.name === 'cn05')
const watch = mine && setInterval(() => {
  if (existsSync('${join(folder, 'leave')}')) process.exit(7)
  if (!existsSync('${join(folder, 'throw')}')) return
  clearInterval(watch)
  throw new TypeError('sabotage in cn05')
}, 20)
`,
)

async function up(file: string, ...more: string[]): Promise<Child> {
  rmSync(ready, { force: true })
  const NODE_OPTIONS = `--import ${sabotage}`
  const args = [program, 'up', file, '--ready-file', ready, ...more]
  const lab = start(process.execPath, args, { env: { ...env, NODE_OPTIONS } })
  await until(
    'the ready file',
    () => {
      if (!lab.running) throw new Error(lab.output)
      return existsSync(ready)
    },
    60_000,
    () => lab.output,
  )
  return lab
}

const ask = (...args: string[]) => bmcsim(args, { env })
const statuses = (text: string): NodeStatus[] => JSON.parse(text)
const leftBehind = () => readdirSync(env.BMCSIM_RUN_DIR)

/** How to reach the BMC of a node: they share one address, each has a port of its own. */
function bmc(name: string) {
  const found = statuses(readFileSync(ready, 'utf8')).find((node) => node.name === name)
  if (found === undefined) throw new Error(`no ${name} in the ready file`)
  return { host, port: found.bmc.port, user: 'admin', password: 'password' }
}

beforeAll(async () => {
  host = await unusedAddress()
  writeFileSync(
    labFile,
    `defaults:
  machine: simulated
  users: [{ name: admin, password: password }]
  bmc: { address: ${host} }
nodes:
  cn0[1-6]: {}
`,
  )
})

describe('a lab over two workers', () => {
  let lab: Child
  let without: Child
  let psWithout: NodeStatus[]

  beforeAll(async () => {
    without = await up(labFile, '--state', join(folder, 'state'))
    psWithout = statuses((await ask('ps', '--json')).stdout)
    await without.stop()
    lab = await up(labFile, '--state', join(folder, 'state'), '--workers', '2')
  })
  afterAll(() => lab?.stop())

  it('looks the same from outside as one without: table, notes, ready file and ps', async () => {
    expect(statuses((await ask('ps', '--json')).stdout)).toEqual(psWithout)
    expect(statuses(readFileSync(ready, 'utf8'))).toEqual(psWithout)
    const [run] = leftBehind()
    expect(readdirSync(join(env.BMCSIM_RUN_DIR, run)).filter((name) => name.endsWith('.sock'))).toEqual([
      'control.sock',
      'worker-1.sock',
      'worker-2.sock',
    ])
    await lab.waitFor('Ctrl-C stops everything')
    expect(lab.stdout).toBe(without.stdout)
    const said = lab.stderr.replaceAll(`pid ${lab.pid}`, 'pid')
    expect(without.stderr.replaceAll(`pid ${without.pid}`, 'pid')).toBe(`${said}stopping six\n`)
    expect(said.match(/^cn0[2-6]: .*answers on port \d+$/gm)).toHaveLength(5)
  })

  it.skipIf(!withIpmitool)('answers for every node, and power is one thing by every door', async () => {
    for (const name of names) expect(await ipmitoolOk(bmc(name), 'mc', 'info')).toContain('Device ID')
    expect(await ask('power', 'all', 'on')).toMatchObject({
      code: 0,
      stdout: names.map((name) => `${name}: on\n`).join(''),
    })
    expect(await ipmitoolOk(bmc('cn01'), 'power', 'status')).toContain('is on')
    await ipmitoolOk(bmc('cn06'), 'power', 'off')
    await lab.waitFor('cn06: power off (as asked)')
    const powers = statuses((await ask('ps', '--json')).stdout).map(({ power }) => power)
    expect(powers).toEqual(['on', 'on', 'on', 'on', 'on', 'off'])
    expect(await ask('power', 'cn[05-07]', 'reset')).toMatchObject({
      code: 1,
      stdout: 'cn05: on\n',
      stderr: expect.stringMatching(/^cn06: .*off.*\ncn07: no such node in lab six\n$/),
    })
  })

  it('gives sensors, emulator words and a console from either worker', async () => {
    for (const name of ['cn02', 'cn05']) {
      await ask('power', name, 'on')
      const viewer = start(process.execPath, [program, 'console', name], { env })
      await viewer.waitFor(/login: $/, 60_000)
      viewer.send('root\r')
      await viewer.waitFor(/[#$] /)
      viewer.send(`echo from-${name}\r`)
      await viewer.waitFor(new RegExp(`from-${name}[\\s\\S]*from-${name}`))
      expect(await viewer.stop()).toBe(0)
      expect((await ask('console', name, '--print')).stdout).toContain(`System: ${name}`)
      expect((await ask('sensor', name, 'CPU1 Temp', 'set', '97')).stdout).toContain('97')
      expect(await ask('emu', name, 'sel_add', '0x20', '0x02', ...Array(13).fill('0'))).toMatchObject({ code: 0 })
      expect((await ask('emu', name, 'no_such_word')).code).toBe(1)
    }
  })

  it.skipIf(!withIpmitool)('carries serial-over-LAN', async () => {
    await ask('power', 'cn06', 'off')
    const client = ipmitoolInTerminal(bmc('cn06'), 'sol', 'activate')
    await client.waitFor('SOL Session operational', 60_000)
    await ask('power', 'cn06', 'on')
    await client.waitFor('login:', 60_000, readable)
    client.send('root\r')
    await client.waitFor(/[#$] /, 60_000, readable)
    client.send('echo sol-over-a-worker\r')
    await client.waitFor(/sol-over-a-worker[\s\S]*sol-over-a-worker/, 60_000, readable)
    await client.stop()
  })

  it.skipIf(!withIpmitool)('keeps what was set, for whatever worker has the node next', async () => {
    await ipmitoolOk(bmc('cn04'), 'user', 'set', 'password', '2', 'changed')
    expect(await ask('down')).toMatchObject({ code: 0, stdout: 'six: stopped\n' })
    expect(await lab.ended()).toBe(0)
    expect(existsSync(ready)).toBe(false)
    expect(leftBehind()).toEqual([])
    expect(existsSync(join(folder, 'state/.lock'))).toBe(false)
    lab = await up(labFile, '--state', join(folder, 'state'), '--workers', '3')
    await ipmitoolOk({ ...bmc('cn04'), password: 'changed' }, 'mc', 'info')
    expect((await ask('console', 'cn05', '--print')).stdout).toContain('Simulated system on cn05')
    expect(await lab.stop('SIGINT')).toBe(0)
    lab = await up(labFile, '--state', join(folder, 'state'))
    await ipmitoolOk({ ...bmc('cn04'), password: 'changed' }, 'mc', 'info')
  })
})

describe('a worker that fails', () => {
  it.each([
    ['throw', /bmcsim: sabotage in cn05\nbmcsim: this is a mistake in bmcsim/],
    ['leave', /bmcsim: worker 2 has ended \(7\), and with it the BMCs of cn04, cn05, cn06/],
  ])('by a %s ends the lab in order, and says why', async (how, words) => {
    const state = join(folder, `state-${how}`)
    const lab = await up(labFile, '--state', state, '--workers', '2')
    writeFileSync(join(folder, how), '')
    expect(await lab.ended()).toBe(1)
    rmSync(join(folder, how))
    expect(lab.stderr).toMatch(words)
    expect(lab.stderr).toContain('stopping six')
    expect(lab.stderr.match(/^bmcsim: (sabotage|worker 2)/gm)).toHaveLength(1)
    expect(leftBehind()).toEqual([])
    // The next start has its machines as they were: it finds that nobody let go of the folder.
    expect(existsSync(join(state, '.lock'))).toBe(true)
    expect(existsSync(ready)).toBe(false)
  })
})

describe('a start over workers', () => {
  it('opens every door or none, and names all that could not be, in the order of the file', async () => {
    const hosts = [await unusedAddress(), await unusedAddress(), await unusedAddress()]
    const file = join(folder, 'taken.yaml')
    const nodes = hosts.map((address, i) => `  cn0${i + 1}: { bmc: { address: ${address}, port: 623 } }`)
    writeFileSync(file, `${readFileSync(labFile, 'utf8').split('nodes:')[0]}nodes:\n${nodes.join('\n')}\n`)
    const sockets = [hosts[0], hosts[2]].map((address) => createSocket('udp4').bind(623, address))
    await Promise.all(sockets.map((socket) => once(socket, 'listening')))
    const lab = await bmcsim(['up', file, '--state', join(folder, 'taken'), '--workers', '3'], { env })
    for (const socket of sockets) socket.close()
    expect(lab).toMatchObject({ code: 1, stdout: '' })
    const inUse = (name: string, i: number) =>
      `bmcsim: ${name}: cannot answer on ${hosts[i]} UDP port 623: it is in use \\(pid ${process.pid}.*\n`
    expect(lab.stderr).toMatch(new RegExp(`^${inUse('cn01', 0)}${inUse('cn03', 2)}$`))
    expect(leftBehind()).toEqual([])
  })

  it('keeps a segment on one worker, and says when that leaves some without nodes', async () => {
    const file = join(folder, 'segment.yaml')
    const text = readFileSync(labFile, 'utf8').replace(
      'machine: simulated',
      'machine: { kind: simulated, nics: [{ network: lan }] }',
    )
    writeFileSync(file, `networks: { lan: segment }\n${text}`)
    const lab = await up(file, '--state', join(folder, 'segment'), '--workers', '2')
    expect(lab.stderr).toContain('1 of 2 workers has nodes')
    expect((await ask('link', 'cn06', 'down')).stdout).toMatch(/^cn06:0 .* down /m)
    expect(await lab.stop()).toBe(0)
  })

  it('is not begun with a number of workers that is none', async () => {
    const refused = await ask('up', labFile, '--workers', 'two')
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--workers wants a number') })
  })

  it('of lan.conf files: what a worker started ends with the process, and goes on where a worker is gone', async () => {
    const configs = await Promise.all(
      ['cn04', 'cn05'].map(async (name) => {
        const path = join(folder, 'sim', name)
        mkdirSync(path, { recursive: true })
        const address = await unusedAddress()
        writeFileSync(
          join(path, 'lan.conf'),
          `name "${name}"
startlan 1
  addr ${address} 623
  priv_limit admin
  allowed_auths_admin none md5 straight
endlan
user 2 true "ipmiusr" "test" admin 10
startcmd "echo $$ > ${join(path, 'pid')}; exec sleep 600"
startnow true
`,
        )
        return path
      }),
    )
    const pidFile = (path: string) => join(path, 'pid')
    const runs = (path: string) => isRunning(Number(readFileSync(pidFile(path), 'utf8')))
    const args = ['-c', configs[0], '-c', configs[1], '-s', join(folder, 'S'), '-n', '--workers', '2']
    const up = (more = {}) => ipmiSim(args, /cn04: answers[\s\S]*cn05: answers/, { env: { ...env, ...more } })
    const bothRun = () => configs.every((path) => existsSync(pidFile(path)) && runs(path))
    const pids = () => configs.map((path) => readFileSync(pidFile(path), 'utf8'))
    const first = await up({ NODE_OPTIONS: `--import ${sabotage}` })
    await until('both programs', bothRun)
    const before = pids()
    writeFileSync(join(folder, 'leave'), '')
    expect(await first.ended()).toBe(1)
    rmSync(join(folder, 'leave'))
    expect(first.stderr).toContain('2 VMs go on without a BMC: the next start adopts them')
    const second = await up()
    expect(second.stderr).toContain('adopted 2 VMs of the run before: cn04, cn05')
    expect([bothRun(), pids()]).toEqual([true, before])
    expect(await second.stop('SIGINT')).toBe(0)
    await until('the end of both programs', () => !configs.some(runs))
    expect(leftBehind()).toEqual([])
  })
})

/** A process that has ended and that nobody has asked about yet (Z in proc(5)) does not count. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
  } catch {
    return false
  }
}
