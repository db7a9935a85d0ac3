import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'

const root = join(import.meta.dirname, '../..')

/** A copy of what is built, which may be changed. */
function copied() {
  const copy = tempFolder()
  for (const name of ['dist', 'nodes', 'package.json']) cpSync(join(root, name), join(copy, name), { recursive: true })
  const yaml = join(copy, 'nodes/personalities/generic/personality.yaml')
  const json = join(copy, 'dist/personalities/generic.json')
  const listed = () => run(process.execPath, [join(copy, 'dist/main.js'), 'personalities'])
  return { yaml, json, listed }
}

test('a personality of ours comes from what the build made of it', async () => {
  const { json, listed } = copied()
  const { description } = JSON.parse(readFileSync(json, 'utf8')).personality
  writeFileSync(json, readFileSync(json, 'utf8').replace(description, 'As compiled'))
  const { code, stdout } = await listed()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^generic .*As compiled$/m)
})

test('but where somebody edits its files, these count, and mistakes in them are shown', async () => {
  const { yaml, listed } = copied()
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace(/^description: .*$/m, 'description: As edited'))
  expect((await listed()).stdout).toMatch(/^generic .*As edited$/m)
  appendFileSync(yaml, 'colour: red\n')
  const { code, stderr } = await listed()
  expect(code).toBe(2)
  expect(stderr).toMatch(/personality\.yaml:\d+:1: unknown key "colour"/)
})
