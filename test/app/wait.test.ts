import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, program, upLab } from '../support/bmcsim.ts'
import { start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }

describe('bmcsim wait, on simulated nodes', () => {
  let lab: Lab
  let ssh: Server
  const clients = new Set<Socket>()

  beforeAll(async () => {
    const host = await unusedAddress()
    ssh = createServer((socket) => {
      clients.add(socket)
      socket.on('close', () => clients.delete(socket))
      socket.write('SSH-2.0-test\r\n')
    }).listen(0, '127.0.0.1')
    await once(ssh, 'listening')
    const address = ssh.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    lab = await upLab(
      `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
  bmc: { address: ${host} }
  ready: { console: "{name}:~#", timeout: 100s }
nodes:
  cn[1-2]: { ready: { console: "log in as root", ssh: "127.0.0.1:${port}", command: "test {name} != cn9" } }
  never: { ready: { console: "this is never said", timeout: 100s } }
  bare: { ready: { inband: true } }
`,
      { env },
    )
  })
  afterAll(async () => {
    await lab?.process.stop('SIGINT')
    ssh?.close()
  })

  it('returns when all are ready, and says how long it took', async () => {
    const args = [program, 'wait', 'cn[1-2]', '--timeout', '100s', '--state', lab.state]
    const wait = start(process.execPath, args, { env })
    for (const node of ['cn1', 'cn2']) await wait.waitFor(`${node}: off`)
    await lab.bmcsim('power', 'cn[1-2]', 'on')
    expect(await wait.ended(120_000)).toBe(0)
    const { stdout, stderr } = wait
    expect(stdout).toMatch(/^cn1: good, ready after \d+\.\d s\ncn2: good, ready after \d+\.\d s\n$/)
    for (const stage of ['off', 'start', 'firmware', 'boot', 'ready']) expect(stderr).toContain(`cn2: ${stage}\n`)
    await until('the lab to say so', () => lab.process.stderr.includes('cn2: ready\n'))
    const { stdout: ps } = await lab.bmcsim('ps', '--json')
    expect(JSON.parse(ps)).toMatchObject([{ name: 'cn1', stage: 'ready', address: null }, {}, {}, { stage: 'off' }])
    await until('the SSH connections to be closed', () => clients.size === 0)
  })

  it('ends at its time with a line for each node: good, or where it stood', async () => {
    await lab.bmcsim('power', 'cn1,never', 'on')
    await lab.bmcsim('wait', 'never', '--for', 'console=log in as root')
    const { code, stdout } = await lab.bmcsim('wait', 'cn1,never,bare', '--timeout', '1500ms')
    expect(code).toBe(1)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^cn1: good, ready after \d+\.\d s$/),
      expect.stringMatching(
        /^never: not ready after \d+\.\d s, at stage boot; missing: console "this is never said": not said$/,
      ),
      expect.stringMatching(/^bare: not ready after \d+\.\d s, at stage off$/),
      '',
    ])
    for (const [, seconds] of stdout.matchAll(/not ready after (\S+) s/g)) {
      expect(Number(seconds)).toBeGreaterThanOrEqual(1.5)
    }
    const { stdout: json } = await lab.bmcsim('wait', 'never,nobody', '--timeout', '100ms', '--json')
    expect(JSON.parse(json)).toEqual([
      {
        name: 'never',
        ok: false,
        stage: 'boot',
        power: 'on',
        afterMs: expect.any(Number),
        missing: ['console "this is never said": not said'],
      },
      expect.objectContaining({
        name: 'nobody',
        ok: false,
        stage: null,
        error: expect.stringContaining('no node nobody'),
      }),
    ])
  })

  it('waits for power, for text that has been said already, and for a port', async () => {
    await lab.bmcsim('power', 'cn2', 'on')
    const wait = (...goal: string[]) => lab.bmcsim('wait', 'cn2', '--timeout', '100s', '--for', ...goal)
    expect((await wait('power=on')).stdout).toMatch(/^cn2: good, power=on after/)
    expect((await wait('console=log in as root')).code).toBe(0)
    expect((await wait('ssh')).code).toBe(0)
    const off = wait('power=off')
    await lab.bmcsim('power', 'cn2', 'off')
    expect((await off).code).toBe(0)
    expect((await wait('tcp')).stdout).toContain('which port? Write tcp=PORT')
    expect((await wait('tcp=22')).stdout).toContain('it has no address: write address: at the node')
    const lunch = await wait('lunch')
    expect([lunch.code, lunch.stderr]).toEqual([
      2,
      expect.stringContaining('"lunch" is nothing to wait for; there are ready,'),
    ])
    const { code, stderr } = await lab.bmcsim('wait', 'cn2', '--timeout', 'long')
    expect([code, stderr]).toEqual([2, 'bmcsim: --timeout takes a time up to 24h, like 90s or 2m\n'])
  })

  it('ends by Ctrl-C, and the nodes go on', async () => {
    const wait = start(process.execPath, [program, 'wait', 'bare', '--state', lab.state], { env })
    await wait.waitFor('bare: off')
    wait.signal('SIGINT')
    expect(await wait.ended()).toBe(1)
    expect(wait.stderr).toContain('not waiting any longer; the nodes go on')
    expect((await lab.bmcsim('ps')).code).toBe(0)
  })

  it('ends when the lab does', async () => {
    const host = await unusedAddress()
    const small = await upLab(
      `nodes: { a: { bmc: { address: ${host} }, machine: simulated, users: [{ name: a, password: b }], ready: { inband: true } } }\n`,
      { env },
    )
    const wait = start(process.execPath, [program, 'wait', 'a', '--state', small.state], { env })
    await wait.waitFor('a: off')
    await small.process.stop('SIGINT')
    expect(await wait.ended()).toBe(1)
    expect(wait.stdout).toMatch(/^a: .*(the lab ended while it was asked|it was stopped or changed meanwhile)/)
  })
})
