import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bmcsim } from '../support/bmcsim.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('lists the personalities, for people and for scripts', async () => {
  const { code, stdout } = await bmcsim(['personalities'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^NAME +MAKER +SENSORS +FRUS +COMMANDS +WHAT IT IS\ngeneric +0 +31 +3 +- /)
  const { stdout: json } = await bmcsim(['personalities', '--json'])
  expect(JSON.parse(json)).toContainEqual(
    expect.objectContaining({ name: 'idrac-like', manufacturer: 674, channel: 1, commands: 'dell' }),
  )
})

it('takes one for nodes that do not say, and knows which there are', async () => {
  const folder = tempFolder()
  const file = join(folder, 'lab.yaml')
  writeFileSync(file, 'defaults:\n  users: [{ name: a, password: b }]\nnodes:\n  n1: { machine: simulated }\n')
  expect((await bmcsim(['up', file, '--check', '--personality', 'openbmc'])).code).toBe(0)
  const { code, stderr } = await bmcsim(['up', file, '--check', '--personality', 'openbcm'])
  expect(code).toBe(2)
  expect(stderr).toContain('there is no personality "openbcm"; there are generic, idrac-like')
  const mine = await bmcsim(['up', file, '--check', '--personality', join(folder, 'mine')])
  expect(mine.code).toBe(2)
  expect(mine.stderr).toContain('personality.yaml')
})

it('shows a mistake in a personality where it stands', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'personality.yaml'), 'description: mine\ndevice: { id: 1, colour: red }\n')
  writeFileSync(join(folder, 'sensors.yaml'), 'sensors: []\n')
  writeFileSync(join(folder, 'fru.yaml'), 'frus: []\n')
  writeFileSync(
    join(folder, 'lab.yaml'),
    'defaults:\n  users: [{ name: a, password: b }]\nnodes:\n  n1: { personality: ./ }\n',
  )
  const { code, stderr } = await bmcsim(['up', join(folder, 'lab.yaml'), '--check'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/personality\.yaml:2:18: unknown key "colour"/)
  expect(stderr).toMatch(/\n {2}device: \{ id: 1, colour: red \}\n {19}\^{6}\n/)
})
