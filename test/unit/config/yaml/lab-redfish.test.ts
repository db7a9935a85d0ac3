import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError } from '../../../../src/config/source.ts'
import { readLabFile } from '../../../../src/config/yaml/read-lab-file.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

function read(redfish: string, password = 'secret\n') {
  const folder = tempFolder()
  const file = join(folder, 'lab.yaml')
  writeFileSync(join(folder, 'pw'), password)
  writeFileSync(file, `redfish: ${redfish}\nnodes: { cn01: { users: [{ name: a, password: b }] } }\n`)
  return readLabFile(file).redfish
}

function problems(redfish: string, password?: string): string[] {
  try {
    read(redfish, password)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ at, message }) => `${at.line} ${message}`)
    throw error
  }
  return []
}

test('HTTPS for everybody, where nothing else is said', () => {
  expect(read('{ listen: "127.0.0.1:8000" }')).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    certificate: 'own',
    user: undefined,
  })
})

test('a user with a password from a file, over HTTP', () => {
  expect(read('{ listen: "[::1]:80", http: true, user: ops, passwordFile: pw }')).toMatchObject({
    host: '::1',
    certificate: 'none',
    user: { name: 'ops', password: 'secret' },
  })
})

test.each([
  ['{ listen: nowhere }', /^1 listen: .*write HOST:PORT/],
  ['{ listen: "h:1", user: ops }', /^1 a user has both/],
  ['{ listen: "h:1", user: ops, passwordFile: none }', /^1 the password file cannot be read/],
  ['{ listen: "h:1", user: ops, password: a, passwordFile: pw }', /^1 there is a password already/],
  ['{ lisen: "h:1", listen: "h:1" }', /^1 unknown key "lisen"/],
  ['{ }', /^1 "listen" is missing/],
])('%s', (text, expected) => {
  expect(problems(text)).toEqual([expect.stringMatching(expected)])
})

test('an empty password file', () => {
  expect(problems('{ listen: "h:1", user: ops, passwordFile: pw }', '')).toEqual([expect.stringContaining('is empty')])
})
