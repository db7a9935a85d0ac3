import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim, type Lab, program, upLab } from '../support/bmcsim.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startInTerminal } from '../support/terminal.ts'
import { unusedAddress } from '../support/unused-address.ts'

let folder: string
let env: Record<string, string>
let file: string
let state: string
let text: string
let lab: Lab

const inFolder = (...args: string[]) => bmcsim(args, { env, cwd: folder })
const onState = ([command, ...more]: string[]) => inFolder(command, '--state', state, ...more)
const create = (...more: string[]) => onState(['create', ...more])
const rm = (...more: string[]) => onState(['rm', ...more])
const ps = async (): Promise<NodeStatus[]> => JSON.parse((await onState(['ps', '--json'])).stdout)
const powers = async () => (await ps()).map(({ name, power }) => `${name} ${power}`)
const again = () => upLab(text, { env, cwd: folder }, folder)
/** As if its VM had written something. */
const giveDisk = (name: string) => writeFileSync(join(state, name, 'disk.qcow2'), 'QFI')

beforeEach(async () => {
  folder = tempFolder()
  env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  file = join(folder, 'lab.yaml')
  state = join(folder, 'state')
  text = `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
  bmc: { address: ${await unusedAddress()} }
pools:
  vnode: { range: 01-40, mac: "52:54:00:00:00:{hex}", ready: { console: "log in as root" } }
nodes:
  head:
`
  lab = await again()
})
afterEach(async () => {
  await lab.process.stop()
})

describe('bmcsim create into a lab that runs', () => {
  it('makes nodes in its process, which a later up leaves alone, and starts again after a stop', async () => {
    await onState(['power', 'head', 'on'])
    const { code, stdout, stderr } = await create('3', 'vnode05')
    expect(stdout).toMatch(/^vnode03: good, ready after .*\nvnode05: good, ready after .*\n$/)
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`They run with pid ${lab.process.pid} until: bmcsim rm`),
    ])
    await lab.process.waitFor('created vnode03, vnode05: 2 started, 0 changed, 1 as they were, 0 stopped')
    expect(await powers()).toEqual(['head on', 'vnode03 on', 'vnode05 on'])
    expect((await onState(['up', file])).stdout).toContain('nothing to do')

    await lab.process.stop()
    lab = await again()
    expect(await powers()).toEqual(['head off', 'vnode03 on', 'vnode05 on'])
    expect((await onState(['up', file, '--plan'])).stdout).toContain('3 as they are')
  })

  it('makes a name anew there too, in its place, and nothing else is touched', async () => {
    await create('3', '4')
    writeFileSync(join(state, 'vnode03', 'mark'), '')
    await onState(['power', 'vnode04', 'off'])
    expect((await create('3')).code).toBe(0)
    await lab.process.waitFor('* vnode03  replace')
    expect(existsSync(join(state, 'vnode03', 'mark'))).toBe(false)
    expect(readFileSync(join(state, 'vnode03', 'console.log'), 'latin1').split('Simulated firmware')).toHaveLength(2)
    expect(await powers()).toEqual(['head off', 'vnode03 on', 'vnode04 off'])
    expect(readdirSync(state).filter((name) => name.startsWith('.before'))).toEqual([])
  })

  it('keeps what there was where that cannot be', async () => {
    await create('3')
    writeFileSync(join(state, 'vnode03', 'mark'), '')
    writeFileSync(file, text.replace(/address: 127[.\d]*/, 'address: 192.0.2.77'))
    const wrong = await create('3', '4')
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('vnode04: cannot answer on 192.0.2.77')])
    writeFileSync(file, `networks: { lan: segment }\n${text}`)
    const other = await create('4')
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('are not those that run: bmcsim up')])
    const personality = await create('4', '--personality', 'openbmc')
    expect([personality.code, personality.stderr]).toEqual([1, expect.stringContaining('without --personality')])
    expect(existsSync(join(state, 'vnode03', 'mark'))).toBe(true)
    expect(await powers()).toEqual(['head off', 'vnode03 on'])
  })

  it('never changes a lab that has come up while its own was about to', async () => {
    writeFileSync(file, text.replace('head:', 'other:'))
    const up = await onState(['up', file, '--create', 'vnode03'])
    expect([up.code, up.stderr]).toEqual([1, expect.stringContaining(`has just come up, with pid ${lab.process.pid}`)])
    expect(await powers()).toEqual(['head off'])
  })

  it('says what to do where its pool is taken out of the file', async () => {
    await create('3')
    writeFileSync(file, text.replace('vnode:', 'other:'))
    const { code, stderr } = await onState(['up', file])
    expect([code, stderr]).toEqual([2, expect.stringContaining('take it away with bmcsim rm vnode03')])
    expect((await rm('vnode03')).code).toBe(0)
    expect((await onState(['up', file])).stdout).toContain('nothing to do')
  })
})

describe('bmcsim rm', () => {
  it('ends nodes and takes away what they kept; one of the file comes back at the next up', async () => {
    await create('3', '4')
    giveDisk('vnode04')
    expect(await rm('vnode03', 'head')).toMatchObject({
      code: 0,
      stdout: 'vnode03: removed\nhead: removed; where the lab file has it, bmcsim up makes it anew\n',
    })
    expect(await powers()).toEqual(['vnode04 on'])
    expect(['vnode03', 'head', 'vnode04'].map((name) => existsSync(join(state, name)))).toEqual([false, false, true])
    expect((await onState(['up', file])).stdout).toContain('+ head  start')
    expect(await powers()).toEqual(['head off', 'vnode04 on'])

    const strange = await rm('vnode04,nobody', '--yes')
    expect([strange.code, strange.stderr]).toEqual([1, expect.stringContaining('no node nobody in lab')])
    const { stdout } = await rm('vnode04', '--yes', '--json')
    expect(JSON.parse(stdout)).toEqual([{ name: 'vnode04', removed: true, created: true }])
    expect(await powers()).toEqual(['head off'])
  })

  it('asks before it deletes a disk, and without a terminal needs --yes', async () => {
    await create('3')
    giveDisk('vnode03')
    const refused = await rm('vnode03')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('the disk of vnode03; say --yes')])
    const asked = async (answer: string) => {
      const child = startInTerminal(process.execPath, [program, 'rm', 'vnode03', '--state', state], { env })
      await child.waitFor('Delete the disk of vnode03, with all that was written there? [y/N]')
      child.send(answer)
      return child.ended()
    }
    expect(await asked('n\r')).toBe(1)
    expect(await asked('\x03')).toBe(1)
    expect(await powers()).toEqual(['head off', 'vnode03 on'])
    expect(await asked('y\r')).toBe(0)
    expect(await powers()).toEqual(['head off'])
    expect(existsSync(join(state, 'vnode03'))).toBe(false)
  })

  it('works on a lab that does not run, too', async () => {
    await create('3', '4')
    await onState(['power', 'head', 'on'])
    giveDisk('vnode03')
    await lab.process.stop()
    const refused = await rm('all')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('the disk of vnode03; say --yes')])
    expect((await rm('vnode03,head', '--yes')).stdout).toMatch(/^vnode03: removed\nhead: removed; /)
    expect([existsSync(join(state, 'vnode03')), existsSync(join(state, 'vnode04'))]).toEqual([false, true])
    lab = await again()
    expect(await powers()).toEqual(['head off', 'vnode04 on'])

    const none = await bmcsim(['rm', 'x'], { env, cwd: tempFolder() })
    expect(none.code).not.toBe(0)
  })
})
