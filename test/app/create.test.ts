import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim } from '../support/bmcsim.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { unusedAddress } from '../support/unused-address.ts'

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'home') }
const file = join(folder, 'lab.yaml')
let state = ''
const here = { env, cwd: folder }

const create = (...words: string[]) => bmcsim(['create', ...words, '--state', state], here)
const down = () => bmcsim(['down', '--state', state], here)

async function lab(more = ''): Promise<void> {
  const host = await unusedAddress()
  writeFileSync(
    file,
    `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
  bmc: { address: ${host} }
pools:
  vnode: { range: 01-40, mac: "52:54:00:00:00:{hex}", address: "192.0.2.{n}", ready: { console: "log in as root" } }
  mute: { range: 50-59, ready: { console: "this is never said" } }
  plain: { range: 60-69 }
${more}`,
  )
}

beforeEach(() => {
  state = tempFolder()
})
afterEach(async () => {
  await down()
})

describe('bmcsim create, with simulated nodes', () => {
  it('makes nodes by number or name, returns when they are ready, and leaves them running', async () => {
    await lab('nodes:\n  head:\n')
    const { code, stdout, stderr } = await create('3', 'vnode18', 'plain60')
    expect(stderr).toContain(
      'NODE     IMAGE  MAC                ADDRESS     BMC\nvnode03  -      52:54:00:00:00:03  192.0.2.3   127.',
    )
    // All of them have the same address.
    expect(stderr).toMatch(/^vnode18: port 623 .*; its BMC answers on port \d+$/m)
    expect(stdout).toMatch(
      /^vnode03: good, ready after \d+\.\d s\nvnode18: good, ready after \d+\.\d s\nplain60: good, power=on after \d+\.\d s\n$/,
    )
    expect(code).toBe(0)
    const nodes: NodeStatus[] = JSON.parse((await bmcsim(['ps', '--json'], here)).stdout)
    expect(nodes.map(({ name, power }) => [name, power])).toEqual([
      ['head', 'off'],
      ['vnode03', 'on'],
      ['vnode18', 'on'],
      ['plain60', 'on'],
    ])
    expect((await down()).stdout).toBe('lab: stopped\n')
  })

  it('makes a name anew: nothing of the one before is left', async () => {
    await lab()
    await create('7')
    await bmcsim(['down'], here)
    const left = join(state, 'vnode07', 'console.log')
    expect(readFileSync(left, 'latin1')).toContain('log in as root')
    writeFileSync(join(state, 'vnode07', 'mark'), '')
    expect((await create('7')).code).toBe(0)
    expect(existsSync(join(state, 'vnode07', 'mark'))).toBe(false)
    expect(readFileSync(left, 'latin1').split('Simulated firmware')).toHaveLength(2)
  })

  it('ends at its time where one is not ready, with a line for each', async () => {
    await lab()
    const { code, stdout } = await create('1', '50', '--timeout', '8s')
    expect(code).toBe(1)
    const [, seconds] =
      /^vnode01: good, ready after \d\.\d s\nmute50: not ready after (\d+\.\d) s, at stage boot; missing: console "this is never said": not said\n$/.exec(
        stdout,
      ) ?? []
    expect(Number(seconds), stdout).toBeGreaterThanOrEqual(8)
  })

  it('says what is wrong before anything is made', async () => {
    await lab()
    const wrong = async (...words: string[]) => {
      const { code, stderr } = await create(...words)
      expect(existsSync(join(state, 'vnode30'))).toBe(false)
      return [code, stderr]
    }
    expect(await wrong('30', '99')).toEqual([
      2,
      expect.stringContaining('"99" is in no pool; there are vnode01 to vnode40'),
    ])
    expect(await wrong('30:no-such-image')).toEqual([2, expect.stringContaining('no-such-image')])
    expect(await wrong('30', '--timeout', 'x')).toEqual([2, expect.stringContaining('--timeout takes a time')])
    const missing = await bmcsim(['create', '-f', 'no.yaml', '3'], here)
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('there is no no.yaml here')])
    const up = await bmcsim(['up', file, '--state', state], here)
    expect([up.code, up.stderr]).toEqual([
      2,
      expect.stringContaining('has pools and no nodes. Create some: bmcsim create 1'),
    ])
  })

  it('shows what the lab said where it cannot start', async () => {
    await lab()
    writeFileSync(file, readFileSync(file, 'utf8').replace(/address: 127[.\d]*/, 'address: 192.0.2.77'))
    const { code, stderr } = await create('3')
    expect(code).toBe(1)
    expect(stderr).toMatch(/bmcsim: .*192\.0\.2\.77/)
  })
})
