import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NodeStatus } from '../../src/app/node-status.ts'
import { bmcsim, program } from '../support/bmcsim.ts'
import { type Child, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const folder = tempFolder()
const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
const file = join(folder, 'lab.yaml')
const state = join(folder, 'state')
const ready = join(folder, 'ready')
let host: string
let lab: Child

const text = (nodes: string, more = 'passwordFile: secret') => `defaults:
  users: [{ name: admin, ${more} }]
  machine: simulated
  bmc: { address: ${host} }
nodes:
${nodes}`

const up = (...more: string[]) => [program, 'up', file, '--state', state, ...more]
const ps = async (): Promise<NodeStatus[]> =>
  JSON.parse((await bmcsim(['ps', '--state', state, '--json'], { env })).stdout)
const names = async () => (await ps()).map(({ name }) => name)
/** As most editors save. */
const rename = (content: string) => {
  writeFileSync(`${file}.new`, content)
  renameSync(`${file}.new`, file)
}

beforeAll(async () => {
  host = await unusedAddress()
  writeFileSync(join(folder, 'secret'), 'first\n')
  writeFileSync(file, text('  cn1:\n  cn2:\n'))
  lab = start(process.execPath, up('--watch', '--ready-file', ready), { env, cwd: folder })
  await until(
    'the lab',
    () => existsSync(ready),
    60_000,
    () => lab.output,
  )
})
afterAll(() => lab?.stop())

it('follows its file, however that is saved', async () => {
  rename(text('  cn1:\n  cn2: { machine: { start: now } }\n  cn3:\n'))
  await lab.waitFor('lab.yaml applied: 1 started, 1 changed, 1 as they were, 0 stopped')
  expect(lab.stderr).toContain('~ cn2  change  start\n+ cn3  start\n')
  expect(await names()).toEqual(['cn1', 'cn2', 'cn3'])
  expect((await ps())[1].power).toBe('on')

  lab.forget()
  rename(text('  cn1:\n'))
  await lab.waitFor('lab.yaml applied: 0 started, 0 changed, 1 as they were, 2 stopped')
  // In place, and the file is away for a moment.
  lab.forget()
  rmSync(file)
  await until('the loss', () => lab.stderr.includes('there is no such file'))
  writeFileSync(file, text('  cn1:\n  cn2:\n'))
  await lab.waitFor('lab.yaml applied: 1 started')
  expect(await names()).toEqual(['cn1', 'cn2'])
})

it('says what is wrong with place and caret, and goes on as it is until that is right', async () => {
  lab.forget()
  rename(text('  cn1:\n  cn2: { machin: simulated }\n'))
  await lab.waitFor('lab.yaml is not applied; the lab goes on as it is')
  expect(lab.stderr).toContain(`lab.yaml:7:10: `)
  expect(lab.stderr).toContain('did you mean "machine"?')
  expect(lab.stderr).toContain('^^^^^^')
  expect(await names()).toEqual(['cn1', 'cn2'])

  // Nothing of it can be had, so nothing is.
  rename(text('  cn1:\n  cn3: { bmc: { address: 192.0.2.77 } }\n'))
  await lab.waitFor('cn3: cannot answer on 192.0.2.77')
  expect(await names()).toEqual(['cn1', 'cn2'])

  lab.forget()
  rename(text('  cn1:\n  cn2:\n'))
  await lab.waitFor('lab.yaml is what runs again')
})

it('follows the files that it names, those too that are missing yet', async () => {
  lab.forget()
  writeFileSync(join(folder, 'secret'), 'second\n')
  await lab.waitFor('~ cn1  change  users\n~ cn2  change  users\n')

  lab.forget()
  rename(text('  cn1:\n  cn2:\n', 'passwordFile: more/none'))
  await lab.waitFor('"more/none" cannot be read')
  rename(text('  cn1:\n  cn2:\n', 'passwordFile: none'))
  await lab.waitFor('"none" cannot be read')
  writeFileSync(join(folder, 'none'), 'third\n')
  await lab.waitFor('~ cn1  change  users\n~ cn2  change  users\n')
})

it('follows what a VM starts with', async () => {
  lab.forget()
  writeFileSync(join(folder, 'vmlinuz'), 'first')
  rename(text('  cn1:\n  vm: { machine: { kind: auto, kernel: vmlinuz } }\n'))
  await lab.waitFor('lab.yaml applied: 1 started')
  lab.forget()
  writeFileSync(join(folder, 'vmlinuz'), 'second one')
  await lab.waitFor('~ vm  change  machine; the machine restarts')
  expect(lab.stderr).toContain('lab.yaml applied: 0 started, 1 changed, 1 as they were, 0 stopped')
})

it('belongs to the first bmcsim up', async () => {
  const second = await bmcsim(up('--watch').slice(1), { env, cwd: folder })
  expect([second.code, second.stderr]).toEqual([
    2,
    expect.stringContaining(`the lab runs already, with pid ${lab.pid}`),
  ])
  const workers = await bmcsim(up('--watch', '--workers', '2', '--state', join(folder, 'other')).slice(1), { env })
  expect([workers.code, workers.stderr]).toEqual([2, expect.stringContaining('--workers cannot follow its file')])
  expect(await lab.stop()).toBe(0)
  expect(readFileSync(join(state, 'bmcsim.log'), 'utf8')).not.toContain('"level":50')
})
