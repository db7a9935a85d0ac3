import { createSocket } from 'node:dgram'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim, program } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type Child, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable, startInTerminal } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const withIpmitool = requireTool('ipmitool', 'ipmitool')

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'home') }
const labFile = join(folder, 'two.yaml')
const state = join(folder, 'state')
const ready = join(folder, 'ready.json')
const hosts: string[] = []

function labText(addresses: readonly string[]): string {
  const nodes = addresses.map((address, i) => `  cn0${i + 1}: { bmc: { address: ${address}, port: 623 } }`)
  return `defaults:
  machine: { kind: simulated }
  users: [{ name: admin, password: password, privilege: admin }]
nodes:
${nodes.join('\n')}
`
}

async function up(file: string, ...more: string[]): Promise<Child> {
  rmSync(ready, { force: true })
  const lab = start(process.execPath, [program, 'up', file, '--ready-file', ready, ...more], { env })
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

beforeAll(async () => {
  hosts.push(await unusedAddress(), await unusedAddress())
  writeFileSync(labFile, labText(hosts))
})

describe('a lab of simulated machines, from the command line', () => {
  let lab: Child

  beforeAll(async () => {
    lab = await up(labFile, '--state', state)
  })
  afterAll(() => lab?.stop())

  it('says what runs and what to type, and the ready file says it to scripts', async () => {
    await lab.waitFor('console cn01')
    expect(lab.stdout).toMatch(new RegExp(`^cn01 +${hosts[0]}:623 +https://\\S+ +admin +off +simulated +serial$`, 'm'))
    const login = `ipmitool -I lanplus -H ${hosts[0]} -p 623 -U admin -P password`
    expect(lab.stdout).toContain(`  ${login} chassis power on\n`)
    expect(lab.stdout).toContain(`  ${login} sol activate\n`)
    expect(JSON.parse(readFileSync(ready, 'utf8')).map((node: { name: string }) => node.name)).toEqual(['cn01', 'cn02'])
  })

  it('counts what gets no answer, and why', async () => {
    const socket = createSocket('udp4')
    const send = (hex: string) => new Promise((sent) => socket.send(Buffer.from(hex, 'hex'), 623, hosts[1], sent))
    try {
      // Cut off, no such session, a wrong checksum.
      await send('0600ff')
      await send('0600ff07060078563412010000000000')
      await send('0600ff0700000000000000000009201800811038aabbcc')
      const dropped = await until('three packets in the counters', async () => {
        const nodes: NodeStatus[] = JSON.parse((await ask('ps', '--json')).stdout)
        const { packets } = nodes[1]
        return packets.received >= 3 ? packets.dropped : undefined
      })
      expect(dropped).toMatchObject({ malformed: 1, 'unknown session': 1, 'bad checksum': 1, integrity: 0 })
    } finally {
      socket.close()
    }
  })

  it('keeps its secrets to its user', () => {
    expect(statSync(state).mode & 0o077).toBe(0)
    const [run] = readdirSync(join(folder, 'run'))
    expect(statSync(join(folder, 'run', run, 'control.sock')).mode & 0o777).toBe(0o600)
  })

  it('answers ps', async () => {
    const { code, stdout } = await ask('ps', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(
      hosts.map((address, i) =>
        expect.objectContaining({
          name: `cn0${i + 1}`,
          power: 'off',
          machine: 'simulated',
          bmc: expect.objectContaining({ address, port: 623, user: 'admin' }),
        }),
      ),
    )
    expect((await ask('ps')).stdout).toMatch(/^NODE +BMC +REDFISH +USER +POWER +MACHINE +CONSOLE\ncn01 .*\ncn02 .*\n$/)
  })

  it.skipIf(!withIpmitool)('obeys ipmitool and bmcsim power alike', async () => {
    const cn01 = { host: hosts[0], user: 'admin', password: 'password' }
    expect(await ipmitoolOk(cn01, 'chassis', 'power', 'on')).toContain('Up/On')
    await until('cn01 on', async () => (await ask('power', 'cn01', 'status')).stdout === 'cn01: on\n')
    expect(await ask('power', 'cn[01-02]', 'on')).toMatchObject({ code: 0, stdout: 'cn01: on\ncn02: on\n' })
    expect(await ask('power', 'cn01,cn02', 'cycle')).toMatchObject({ code: 0, stdout: 'cn01: on\ncn02: on\n' })
    expect(await ask('power', 'cn02', 'off')).toMatchObject({ code: 0, stdout: 'cn02: off\n' })
    const cn02 = { ...cn01, host: hosts[1] }
    expect(await ipmitoolOk(cn02, 'chassis', 'power', 'status')).toContain('is off')
    expect((await ipmitool({ ...cn01, password: 'wrong' }, 'mc', 'info')).code).not.toBe(0)
  })

  it('tells of what failed, node by node', async () => {
    const mixed = await ask('power', 'cn[01-03]', 'status')
    expect(mixed).toMatchObject({ code: 1, stderr: 'cn03: no such node in lab two\n' })
    expect(mixed.stdout).toMatch(/^cn01: \w+\ncn02: \w+\n$/)
    await ask('power', 'cn02', 'off')
    const reset = await ask('power', 'cn02', 'reset', '--json')
    expect(reset.code).toBe(1)
    expect(JSON.parse(reset.stdout)).toEqual([
      { name: 'cn02', ok: false, power: null, error: expect.stringContaining('off') },
    ])
  })

  it('joins a console by pipe: live, typing, and what was said before', async () => {
    await ask('power', 'cn01', 'off')
    await ask('power', 'cn01', 'on')
    const viewer = start(process.execPath, [program, 'console', 'cn01', '--no-backlog'], { env })
    // On a busy machine the prompt may have been there before the viewer was: it asks for another.
    viewer.send('\r')
    await viewer.waitFor('login:', 60_000)
    viewer.send('root\r')
    await viewer.waitFor(/[#$] /)
    viewer.forget()
    viewer.send('echo over-the-pipe\r')
    await viewer.waitFor(/over-the-pipe[\s\S]*over-the-pipe/)
    expect(await viewer.stop()).toBe(0)
    const printed = await ask('console', 'cn01', '--print')
    expect(printed.code).toBe(0)
    expect(printed.stdout).toContain('over-the-pipe')
    expect(await ask('console', 'nobody', '--print')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nobody'),
    })
  })

  it('gives the terminal back after ~.', async () => {
    const terminal = startInTerminal(
      'sh',
      [
        '-c',
        `before=$(stty -g); ${process.execPath} ${program} console cn01 --no-backlog; echo "left with $?"; [ "$before" = "$(stty -g)" ] && echo unchanged`,
      ],
      { env },
    )
    await terminal.waitFor('~. leaves')
    terminal.send('\r~.')
    await terminal.waitFor('unchanged', 60_000, readable)
    expect(readable(terminal.output)).toContain('left with 0')
    await terminal.stop()
  })

  it('refuses a second instance on its state, and names the first', async () => {
    const otherFile = join(folder, 'other.yaml')
    writeFileSync(otherFile, labText(hosts))
    const second = await bmcsim(['up', otherFile, '--state', state], { env })
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr).toContain(`is in use by bmcsim with pid ${lab.pid}, which runs ${labFile}.`)
    expect(second.stderr.split('\n').filter((line) => line !== '')).toHaveLength(1)
  })

  it('names whoever has a port', async () => {
    const other = await bmcsim(['up', labFile, '--state', join(folder, 'other')], { env })
    expect(other.code).toBe(1)
    expect(other.stderr).toMatch(new RegExp(`cn01: .*${hosts[0]} UDP port 623: it is in use \\(pid ${lab.pid}, `))
    expect(other.stderr).toMatch(/^bmcsim: cn02: /m)
  })

  it('goes down on request and leaves nothing', async () => {
    expect(await ask('down')).toMatchObject({ code: 0, stdout: 'two: stopped\n' })
    expect(await lab.ended()).toBe(0)
    expect(existsSync(ready)).toBe(false)
    expect(readdirSync(join(folder, 'run'))).toEqual([])
    expect(existsSync(join(state, '.lock'))).toBe(false)
    expect(await ask('ps')).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('bmcsim up') })
  })
})

describe('what survives', () => {
  it.skipIf(!withIpmitool)('is what was set over IPMI and what the console said, also over kill -9', async () => {
    const cn01 = { host: hosts[0], user: 'admin', password: 'password' }
    const first = await up(labFile, '--state', state)
    await ask('power', 'cn01', 'on')
    await until(
      'the login prompt',
      async () => (await ask('console', 'cn01', '--print')).stdout.includes('login:'),
      60_000,
    )
    await ipmitoolOk(cn01, 'user', 'set', 'password', '2', 'changed')
    await until('the console on disk', () => readFileSync(join(state, 'cn01/console.log'), 'latin1').includes('login:'))
    first.signal('SIGKILL')
    await first.ended()
    const second = await up(labFile, '--state', state)
    await second.waitFor('-P changed')
    await ipmitoolOk({ ...cn01, password: 'changed' }, 'mc', 'info')
    expect((await ask('console', 'cn01', '--print')).stdout).toContain('login:')
    second.signal('SIGTERM')
    expect(await second.ended()).toBe(0)
  })
})

describe('what is refused', () => {
  it('is said with file, line and column, and nothing starts', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(file, labText(hosts).replace('privilege: admin', 'privilege: admn'))
    for (const more of [[], ['--check']]) {
      const wrong = await ask('up', file, ...more)
      expect(wrong).toMatchObject({ code: 2, stdout: '' })
      expect(wrong.stderr).toMatch(/wrong\.yaml:3:\d+: .*admn/)
      expect(wrong.stderr).toContain('^')
    }
    expect(await ask('up', labFile, '--check')).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    [['up', '/no/such/lab.yaml'], 2, 'no such file'],
    [['power', 'cn01', 'sideways'], 2, 'sideways'],
    [['power', 'on', 'cn01'], 2, 'bmcsim power cn01 on'],
    [['no-such-command'], 2, 'no-such-command'],
    [['ps', '--no-such-flag'], 2, '--no-such-flag'],
    [['ipmi-sim'], 2, '-c lan.conf'],
    [['down'], 3, 'no lab is running'],
  ])('%j leaves with %i', async (args, code, words) => {
    const refused = await ask(...args)
    expect(refused).toMatchObject({ code, stdout: '' })
    expect(refused.stderr).toContain(words)
    expect(refused.stderr).not.toMatch(/^\s+at /m)
  })

  it('helps', async () => {
    expect(await ask('--help')).toMatchObject({ code: 0, stderr: '' })
    expect((await ask('help', 'console')).stdout).toContain('~. leaves')
  })
})

it('a lab whose output nobody reads any more is taken down as by a signal', async () => {
  const file = join(folder, 'unread.yaml')
  writeFileSync(file, labText([await unusedAddress()]))
  const words = [process.execPath, program, 'up', file, '--state', join(folder, 'unread')]
  const { stderr } = await run('sh', ['-c', '"$@" | true', 'sh', ...words], { env })
  expect(stderr).toContain('stopping unread')
})
