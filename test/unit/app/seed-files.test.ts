import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { seedFiles } from '../../../src/app/seed-files.ts'

const KEY = 'ssh-ed25519 AAAA bmcsim-lab'
const plain = { userData: {}, metaData: {}, networkConfig: undefined }
const read = (files: ReadonlyMap<string, string>, name: string): unknown => parse(files.get(name) ?? '')

describe('the files of a seed', () => {
  it('name the node and let the lab’s key in', () => {
    const files = seedFiles(plain, 'cn01', KEY)
    expect([...files.keys()]).toEqual(['user-data', 'meta-data'])
    expect(files.get('user-data')).toBe(`#cloud-config\nssh_authorized_keys:\n  - ${KEY}\n`)
    expect(files.get('meta-data')).toBe('instance-id: cn01\nlocal-hostname: cn01\n')
  })

  it('have the user’s own keys too, and what else he says', () => {
    const userData = { ssh_authorized_keys: ['ssh-rsa BBBB me'], packages: ['vim'] }
    const files = seedFiles({ ...plain, userData, metaData: { 'instance-id': 'i-7' } }, 'cn01', KEY)
    expect(read(files, 'user-data')).toEqual({ ssh_authorized_keys: ['ssh-rsa BBBB me', KEY], packages: ['vim'] })
    expect(read(files, 'meta-data')).toEqual({ 'instance-id': 'i-7', 'local-hostname': 'cn01' })
    expect(read(seedFiles({ ...plain, userData }, 'cn01', undefined), 'user-data')).toEqual(userData)
  })

  it('leave a text as it is: the key is in meta-data then', () => {
    const files = seedFiles({ ...plain, userData: '#!/bin/sh\n', networkConfig: 'version: 2\n' }, 'cn01', KEY)
    expect(files.get('user-data')).toBe('#!/bin/sh\n')
    expect(read(files, 'meta-data')).toMatchObject({ 'public-keys': [KEY] })
    expect(files.get('network-config')).toBe('version: 2\n')
    expect(read(seedFiles({ ...plain, userData: '#!/bin/sh\n' }, 'cn01', undefined), 'meta-data')).not.toHaveProperty(
      'public-keys',
    )
  })

  it('do not break long lines', () => {
    const long = { bootcmd: [`echo ${'word '.repeat(60)}end`] }
    expect(seedFiles({ ...plain, userData: long }, 'a', undefined).get('user-data')).toContain('word word end\n')
  })
})
