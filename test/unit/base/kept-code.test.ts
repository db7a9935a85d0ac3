import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasKeptCode, runKept } from '../../../src/base/kept-code.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const text = `'use strict'
const { basename } = require('node:path')
exports.name = () => basename(__filename)
exports.strict = (function () { return this === undefined })()
`

function program(): string {
  const path = join(tempFolder(), 'program.cjs')
  writeFileSync(path, text)
  return path
}

test('a file runs as require would run it', () => {
  const { exports } = runKept(program()).module
  expect(exports.name()).toBe('program.cjs')
  expect(exports.strict).toBe(true)
})

test('what was kept is taken, and is more when more has run', () => {
  const path = program()
  expect(hasKeptCode(path)).toBe(false)
  const first = runKept(path)
  first.keep()
  expect(hasKeptCode(path)).toBe(true)
  const [, file] = readdirSync(join(path, '..')).sort()
  expect(file).toMatch(new RegExp(`^program\\.cjs\\.${process.versions.v8}-${process.arch}\\.code$`))
  const kept = join(path, '..', file)
  const { size } = statSync(kept)
  const second = runKept(path)
  expect(second.module.exports.name()).toBe('program.cjs')
  second.keep()
  expect(statSync(kept).size).toBeGreaterThan(size)
})

test('kept code of another text, or no code at all, does no harm', () => {
  const path = program()
  runKept(path).keep()
  appendFileSync(path, "exports.more = 'more'\n")
  expect(runKept(path).module.exports.more).toBe('more')
  const [, file] = readdirSync(join(path, '..')).sort()
  const kept = join(path, '..', file)
  for (const damaged of ['', 'no code', readFileSync(kept).subarray(0, 100)]) {
    writeFileSync(kept, damaged)
    expect(runKept(path).module.exports.more).toBe('more')
  }
})
