import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../../../src/base/errors.ts'
import { SecretBox } from '../../../src/base/secret-box.ts'
import { Users } from '../../../src/bmc/access/users.ts'
import { FileStore, needsKey } from '../../../src/bmc/store.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { testBmc } from '../../support/test-bmc.ts'

const newKey = new Uint8Array(32).fill(1)
const oldKey = new Uint8Array(32).fill(2)
const boxOf = (...keys: Uint8Array[]) => new SecretBox('/the/key', keys, seededRandom(5))
const seal = (owner = 'cn01', ...keys: Uint8Array[]) => ({ box: boxOf(...(keys.length > 0 ? keys : [newKey])), owner })
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

function path(): string {
  return join(tempFolder(), 'state.json')
}

describe('a state file', () => {
  it('keeps secrets sealed, and gives them back after a restart', () => {
    const file = path()
    const store = new FileStore(file, seal())
    store.setSecret('user.2.password', bytes('hunter2'))
    store.set('user.2.enabled', true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toMatch(/hunter2|68756e74657232/)
    const again = new FileStore(file, seal())
    expect(again.getSecret('user.2.password')).toEqual(bytes('hunter2'))
    expect(again.get('user.2.enabled')).toBe(true)
    expect(again.getSecret('user.3.password')).toBeUndefined()
  })

  it('of another node, another place or another key is refused, with what to do', () => {
    const file = path()
    new FileStore(file, seal()).setSecret('user.2.password', bytes('hunter2'))
    expect(() => new FileStore(file, seal('cn02'))).toThrow(
      /user\.2\.password cannot be read: .*another node.*--key-file/,
    )
    expect(() => new FileStore(file, seal('cn01', oldKey))).toThrow(SetupError)
    expect(() => new FileStore(file, undefined)).toThrow(/no key file was given/)
    writeFileSync(file, readFileSync(file, 'utf8').replace('user.2', 'user.3'))
    expect(() => new FileStore(file, seal())).toThrow(/another place/)
  })

  it('is sealed with the new key when keys are exchanged, and with the first key of somebody who had none', () => {
    const file = path()
    new FileStore(file, undefined).setSecret('user.2.password', bytes('hunter2'))
    expect(readFileSync(file, 'utf8')).toContain('clear:68756e74657232')
    for (const keys of [[oldKey], [newKey, oldKey], [newKey]]) {
      const store = new FileStore(file, seal('cn01', ...keys))
      expect(store.getSecret('user.2.password')).toEqual(bytes('hunter2'))
      expect(readFileSync(file, 'utf8')).not.toContain('68756e74657232')
    }
  })

  it('that cannot be written keeps its values as they were', () => {
    const file = path()
    const store = new FileStore(file, seal())
    store.set('a', 1)
    store.setSecret('b', bytes('old'))
    mkdirSync(`${file}.tmp`)
    expect(() => store.set('a', 2)).toThrow()
    expect(() => store.setSecret('b', bytes('new'))).toThrow()
    expect(store.get('a')).toBe(1)
    expect(store.getSecret('b')).toEqual(bytes('old'))
  })
})

describe('state of a version that kept passwords in clear', () => {
  it('is sealed at the start, and nothing of it is lost', () => {
    const file = path()
    const old = {
      'user.2.password': { size: 20, bytes: Buffer.from('a password of twenty').toString('hex') },
      'user.3.password': { size: 16, bytes: Buffer.from('short\0\0\0\0\0\0\0\0\0\0\0').toString('hex') },
      'channel.1.kg': '0b'.repeat(20),
    }
    writeFileSync(file, JSON.stringify(old))
    const { bmc } = testBmc({ store: new FileStore(file, seal()) })
    expect(bmc.users.get(2)?.password).toEqual(bytes('a password of twenty'))
    expect(bmc.users.get(2)?.passwordSize).toBe(20)
    expect(bmc.users.get(3)?.passwordSize).toBe(16)
    expect(bmc.channels.get(1)?.kg).toEqual(new Uint8Array(20).fill(11))
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(/0b0b0b|73686f7274|612070617373/)
    const users = new Users(new FileStore(file, seal()), [])
    expect(users.get(2)?.password).toEqual(bytes('a password of twenty'))
    expect(users.get(3)?.passwordSize).toBe(16)
  })
})

it('no value that a client sets is taken for a secret', () => {
  const file = path()
  const store = new FileStore(file, seal())
  store.set('text', 'sealed:1:00112233:AAAA')
  store.set('other', 'clear:6162')
  expect(needsKey(file)).toBe(false)
  const again = new FileStore(file, seal())
  expect([again.get('text'), again.get('other')]).toEqual(['sealed:1:00112233:AAAA', 'clear:6162'])
  expect(again.getSecret('text')).toBeUndefined()
  again.setSecret('user.2.password', bytes('x'))
  expect(needsKey(file)).toBe(true)
})

it('a sealed password does not tell how long it is', () => {
  const file = path()
  const users = new Users(new FileStore(file, seal()), [])
  users.setPassword(2, bytes('x'), 16)
  const short = readFileSync(file, 'utf8').length
  users.setPassword(2, bytes('sixteen bytes is'), 16)
  expect(readFileSync(file, 'utf8')).toHaveLength(short)
})
