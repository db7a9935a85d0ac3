import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { systemRandom } from '../../src/base/random.ts'
import { readLabFile } from '../../src/config/yaml/read-lab-file.ts'
import { ask, ControlError, joinConsole } from '../../src/lab/control-client.ts'
import { ControlServer } from '../../src/lab/control-server.ts'
import { Lab } from '../../src/lab/lab.ts'
import { planLab } from '../../src/lab/plan.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

/** A lab in this process: two simulated machines. */
async function makeLab(): Promise<{ lab: Lab; host: string; folder: string }> {
  const folder = tempFolder()
  const [host, other] = [await unusedAddress(), await unusedAddress()]
  const file = join(folder, 'lab.yaml')
  writeFileSync(
    file,
    `defaults:
  machine: { kind: simulated }
  users: [{ name: admin, password: password, privilege: admin }]
nodes:
  cn01: { bmc: { address: ${host}, port: 623 } }
  cn02: { bmc: { address: ${other}, port: 623 } }
`,
  )
  const runFolder = join(folder, 'run')
  mkdirSync(runFolder)
  const plan = planLab('lab', readLabFile(file), join(folder, 'state'))
  const around = { runFolder, clock: systemClock, random: systemRandom, log: silentLogger }
  return { lab: new Lab({ name: plan.name, nodes: plan.nodes, networks: plan.networks, around }), host, folder }
}

async function isFree(host: string): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.bind(623, host)
  try {
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}

describe('a lab', () => {
  it('that is stopped in the middle of its start leaves no door open', async () => {
    const { lab, host } = await makeLab()
    const started = lab.start()
    await lab.stop()
    await started
    expect(await isFree(host)).toBe(true)
  })

  it('opens every door or none', async () => {
    const { lab, host } = await makeLab()
    const { lab: second } = await makeLab()
    const socket = createSocket('udp4')
    socket.bind(623, host)
    await once(socket, 'listening')
    await expect(lab.start()).rejects.toThrow(
      `cn01: cannot answer on ${host} UDP port 623: it is in use (pid ${process.pid}`,
    )
    await lab.stop()
    socket.close()
    await second.start()
    await second.stop()
  })
})

describe('the control socket', () => {
  let lab: Lab
  let control: ControlServer
  let path: string
  let downs: number

  beforeEach(async () => {
    const made = await makeLab()
    lab = made.lab
    path = join(made.folder, 'control.sock')
    downs = 0
    control = new ControlServer({
      lab,
      log: silentLogger,
      down: () => {
        downs++
      },
    })
    await lab.start()
    await control.listen(path)
  })
  afterEach(async () => {
    control.close()
    await lab.stop()
  })

  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => (error instanceof ControlError ? error.status : error),
    )

  it('answers for all nodes and for one', async () => {
    expect(await ask(path, 'GET', '/nodes')).toMatchObject([{ name: 'cn01' }, { name: 'cn02' }])
    expect(await ask(path, 'GET', '/nodes/cn02')).toMatchObject({ name: 'cn02', power: 'off' })
  })

  it('waits for the power that was asked for', async () => {
    expect(await ask(path, 'POST', '/nodes/cn01/power', { action: 'on' })).toMatchObject({ power: 'on' })
    expect(await ask(path, 'POST', '/nodes/cn01/power', { action: 'off' })).toMatchObject({ power: 'off' })
  })

  it.each([
    ['GET', '/', undefined, 404],
    ['GET', '/nodes/nobody', undefined, 404],
    ['GET', '/nodes/cn01/power/more', undefined, 404],
    ['GET', '/nodes/%', undefined, 400],
    ['POST', '/nodes', undefined, 405],
    ['POST', '/nodes/cn01/power', undefined, 400],
    ['POST', '/nodes/cn01/power', { action: 'sideways' }, 400],
    ['POST', '/nodes/cn01/power', { action: 'toString' }, 400],
    ['POST', '/nodes/cn01/power', { action: 'reset' }, 409],
    ['POST', '/apply', undefined, 501],
    ['POST', '/apply/more', undefined, 404],
    ['GET', '/nodes/cn01/console', undefined, 426],
  ] as const)('%s %s with %j is refused with %i', async (method, url, body, status) => {
    expect(await failure(ask(path, method, url, body))).toBe(status)
  })

  it('refuses what is too long', async () => {
    expect(await failure(ask(path, 'POST', '/nodes/cn01/power', { action: 'x'.repeat(300_000) }))).toBe(413)
  })

  it('refuses what is not JSON', async () => {
    const post = request({ socketPath: path, method: 'POST', path: '/nodes/cn01/power' })
    post.end('{')
    const [response] = await once(post, 'response')
    expect(response.statusCode).toBe(400)
    response.resume()
  })

  it('joins a console both ways, and says who has none', async () => {
    const socket = await joinConsole(path, 'cn01', true)
    let seen = ''
    socket.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1')
    })
    await ask(path, 'POST', '/nodes/cn01/power', { action: 'on' })
    await until('the login prompt', () => seen.includes('login:'))
    socket.write('root\r')
    await until('an echo', () => /login: root/.test(seen))
    socket.destroy()
    const later = await joinConsole(path, 'cn01', true)
    let backlog = ''
    later.on('data', (chunk: Buffer) => {
      backlog += chunk.toString('latin1')
    })
    await until('what was said before', () => backlog.includes('login: root'))
    later.destroy()
    expect(await failure(joinConsole(path, 'nobody', true))).toBe(404)
  })

  it('sends a break', async () => {
    expect(await ask(path, 'POST', '/nodes/cn01/break')).toMatchObject({ name: 'cn01' })
  })

  it('passes on the wish to go down, after its answer', async () => {
    expect(await ask(path, 'POST', '/down')).toEqual({ pid: process.pid })
    await until('the wish', () => downs === 1)
  })

  it('goes without a trace', () => {
    control.close()
    expect(readdirSync(join(path, '..'))).not.toContain('control.sock')
  })
})
