import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { bmcsim, ipmiSim } from '../support/bmcsim.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import type { Child } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const withIpmitool = requireTool('ipmitool', 'ipmitool')

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'home') }

/** A folder with a lan.conf in it; the address that its BMC has. */
async function makeNode(name: string, more = ''): Promise<{ path: string; host: string }> {
  const path = join(folder, 'nodes', name)
  const host = await unusedAddress()
  mkdirSync(path, { recursive: true })
  const text = `name "${name}"
startlan 1
  addr ${host} 623
  priv_limit admin
  allowed_auths_admin none md5 straight
endlan
user 2 true "ipmiusr" "test" admin 10
${more}`
  writeFileSync(join(path, 'lan.conf'), text)
  return { path, host }
}

describe('bmcsim ipmi-sim', () => {
  let sim: Child | undefined
  afterEach(async () => {
    await sim?.stop()
    sim = undefined
    expect(readdirSync(env.BMCSIM_RUN_DIR)).toEqual([])
  })

  it('runs several lan.conf files in one process, each with its own state', async () => {
    const [a, b] = [await makeNode('a'), await makeNode('b')]
    const args = [
      '-c',
      join(a.path, 'lan.conf'),
      '-s',
      join(folder, 'A'),
      '-c',
      join(b.path, 'lan.conf'),
      '-s',
      join(folder, 'B'),
    ]
    sim = await ipmiSim([...args, '-n'], /a: answers[\s\S]*b: answers/, { env })
    expect(sim.stdout).toContain(`a: answers on ${a.host}:623 (${join(a.path, 'lan.conf')})\n`)
    expect(existsSync(join(folder, 'A/ipmi_sim/a/.lock'))).toBe(true)
    expect(existsSync(join(folder, 'B/ipmi_sim/b/.lock'))).toBe(true)
    const ps = await bmcsim(['ps', '--json'], { env })
    expect(JSON.parse(ps.stdout)).toMatchObject([
      {
        name: 'a',
        machine: 'command',
        bmc: { address: a.host, port: 623, user: 'ipmiusr' },
        console: { device: 'none' },
      },
      { name: 'b', machine: 'command', bmc: { address: b.host } },
    ])
    expect(await bmcsim(['console', 'a'], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no console'),
    })
    expect(await sim.stop('SIGINT')).toBe(0)
  })

  it.skipIf(!withIpmitool)('goes on when its standard input ends, and says so once', async () => {
    const { path, host } = await makeNode('stdin')
    sim = await ipmiSim(['-c', path, '-s', join(folder, 'S')], /stdin: answers/, { env })
    sim.stdin.end()
    await sim.waitFor('no emulator console on stdin')
    await ipmitoolOk({ host, user: 'ipmiusr', password: 'test' }, 'mc', 'info')
    expect(sim.running).toBe(true)
  })

  it('takes a folder for every folder in it, and relative paths from there', async () => {
    const nodes = join(folder, 'nodes')
    await makeNode('rel', 'startcmd "touch started-here; sleep 60"\nstartnow true\n')
    sim = await ipmiSim(['-c', nodes, '-s', join(folder, 'F'), '-n'], /rel: answers/, { env })
    await until('what it started', () => existsSync(join(nodes, 'rel/started-here')))
    expect(readdirSync(join(folder, 'F/ipmi_sim'))).toContain('rel')
  })

  it('shares a state folder with another process, but not the state of one BMC', async () => {
    const { path } = await makeNode('shared')
    const state = join(folder, 'shared-state')
    sim = await ipmiSim(['-c', path, '-s', state, '-n'], /shared: answers/, { env })
    const same = await bmcsim(['ipmi-sim', '-c', path, '-s', state, '-n'], { env })
    expect(same).toMatchObject({ code: 1, stderr: expect.stringContaining(`pid ${sim.pid}`) })
    const { path: other } = await makeNode('other')
    const second = await ipmiSim(['-c', other, '-s', state, '-n'], /other: answers/, { env })
    expect(await second.stop()).toBe(0)
  })

  it('keeps nothing with -p', async () => {
    const { path } = await makeNode('fleeting')
    sim = await ipmiSim(['-c', path, '-p', '-n', '-s', join(folder, 'P')], /fleeting: answers/, { env })
    expect(existsSync(join(folder, 'P'))).toBe(false)
  })

  it('reports every mistake in every file at once', async () => {
    const one = await makeNode('one-wrong', 'user 3 true "x" "y" admn 10\n')
    const two = await makeNode('two-wrong', 'nonsense 1\n')
    const wrong = await bmcsim(['ipmi-sim', '-n', '-c', one.path, '-c', two.path], { env })
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toMatch(/one-wrong\/lan\.conf:8:\d+: [\s\S]*two-wrong\/lan\.conf:8:1: /)
  })

  it('refuses two BMCs of one name', async () => {
    const { path } = await makeNode('twin')
    const twins = await bmcsim(['ipmi-sim', '-n', '-c', path, '-c', path], { env })
    expect(twins).toMatchObject({ code: 1, stderr: expect.stringContaining('two BMCs are called "twin"') })
  })

  it('prints its version', async () => {
    expect(await bmcsim(['ipmi-sim', '-v'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^bmcsim \d/),
    })
  })
})
