import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compilePersonalities } from '../../../../src/config/personality/compile.ts'
import { compiledPersonality } from '../../../../src/config/personality/compiled.ts'
import { personalityNames, shippedFolder } from '../../../../src/config/personality/find.ts'
import { readPersonality } from '../../../../src/config/personality/read-personality.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const compiled = tempFolder()
compilePersonalities(compiled)

test.each(personalityNames())('%s compiled is what its files say, bytes and what is left out included', (name) => {
  const folder = join(shippedFolder, name)
  const found = compiledPersonality(folder, compiled)
  expect(found).toStrictEqual(readPersonality(folder))
  expect(found?.sensors.length).toBeGreaterThan(10)
})

test('one has bytes, and one has keys that are there and undefined: else the test above would show little', () => {
  const all = personalityNames().map((name) => compiledPersonality(join(shippedFolder, name), compiled))
  expect(all.some((one) => one?.device.auxiliary instanceof Uint8Array)).toBe(true)
  expect(all.some((one) => one !== undefined && 'oem' in one && one.oem === undefined)).toBe(true)
})

test('what was compiled of other files, is no JSON or is not there counts as nothing', () => {
  const folder = join(shippedFolder, 'generic')
  const changed = tempFolder()
  const text = readFileSync(join(compiled, 'generic.json'), 'utf8')
  const put = (content: string) => writeFileSync(join(changed, 'generic.json'), content)
  expect(compiledPersonality(folder, changed)).toBeUndefined()
  put(text)
  expect(compiledPersonality(folder, changed)?.name).toBe('generic')
  put(text.replace(/"hash":"./, '"hash":"x'))
  expect(compiledPersonality(folder, changed)).toBeUndefined()
  put(text.slice(0, -10))
  expect(compiledPersonality(folder, changed)).toBeUndefined()
})

test("a folder of the user's with the name of one of ours is read itself", () => {
  const own = join(tempFolder(), 'generic')
  mkdirSync(own)
  expect(compiledPersonality(own, compiled)).toBeUndefined()
})
