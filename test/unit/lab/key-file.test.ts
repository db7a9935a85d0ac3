import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../../../src/base/errors.ts'
import { keyFileIn, openKeyFile } from '../../../src/lab/key-file.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const random = seededRandom(3)
const secret = new Uint8Array([1, 2, 3])

describe('a key file', () => {
  it('is made at the first start, its owner only may read it, and the next start has the same key', () => {
    const folder = join(tempFolder(), 'state')
    const path = keyFileIn(folder)
    const sealed = openKeyFile(path, [join(folder, 'cn01/state.json')], random).seal(secret, 'cn01')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['.bmcsim-key'])
    expect(openKeyFile(path, [], seededRandom(99)).open(sealed, 'cn01')).toEqual(secret)
  })

  it('that is gone is not made anew where a state needs it', () => {
    const folder = tempFolder()
    const state = join(folder, 'state.json')
    writeFileSync(state, '{"secrets": {"user.2.password": "sealed:1:00112233:AAAA"}}')
    const path = keyFileIn(folder)
    expect(() => openKeyFile(path, [state], random)).toThrow(
      /state\.json are sealed .* there is no .*\.bmcsim-key\. Put it back/,
    )
    expect(existsSync(path)).toBe(false)
  })

  it('may hold several keys and remarks: the first seals', () => {
    const path = join(tempFolder(), 'key')
    const [first, second] = ['11'.repeat(32), 'AB'.repeat(32)]
    const file = (text: string) => writeFileSync(path, text, { mode: 0o600 })
    file(`${second}\n`)
    const old = openKeyFile(path, [], random).seal(secret, 'x')
    file(`# new\n${first}\n\n# old\n  ${second}\n`)
    const both = openKeyFile(path, [], random)
    expect(both.open(old, 'x')).toEqual(secret)
    expect(both.isCurrent(old)).toBe(false)
  })

  it.each([
    ['', /it has none/],
    ['# only a remark\n', /it has none/],
    ['password\n', /its key 1 is none/],
    [`${'11'.repeat(32)}\n${'11'.repeat(31)}\n`, /its key 2 is none/],
  ])('that holds %j is refused', (text, message) => {
    const path = join(tempFolder(), 'key')
    writeFileSync(path, text, { mode: 0o600 })
    expect(() => openKeyFile(path, [], random)).toThrow(SetupError)
    expect(() => openKeyFile(path, [], random)).toThrow(message)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('that everybody can read, is a folder or cannot be made is refused', () => {
    const folder = tempFolder()
    const open = join(folder, 'open')
    writeFileSync(open, '11'.repeat(32))
    chmodSync(open, 0o644)
    expect(() => openKeyFile(open, [], random)).toThrow(/chmod 600/)
    mkdirSync(join(folder, 'folder'))
    expect(() => openKeyFile(join(folder, 'folder'), [], random)).toThrow(SetupError)
    expect(() => openKeyFile(join(open, 'key'), [], random)).toThrow(SetupError)
  })
})
