import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../../../src/base/errors.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { openSshKey, sshKeyIn } from '../../../src/lab/ssh-key-file.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { requireTool } from '../../support/tools.ts'

const open = (path: string) => openSshKey(path, 'my lab', systemRandom)

describe('the ssh key of a lab', () => {
  it('is made once, is another for each lab, and is its owner’s alone', () => {
    const path = sshKeyIn(join(tempFolder(), 'state'))
    const line = open(path)
    expect(line).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[\w+/]+=* bmcsim-my_lab$/)
    const text = readFileSync(path, 'utf8')
    expect(open(path)).toBe(line)
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(open(sshKeyIn(tempFolder()))).not.toBe(line)
  })

  it('is refused where others can read it, or its public half is gone', () => {
    const path = sshKeyIn(tempFolder())
    open(path)
    chmodSync(path, 0o644)
    expect(() => open(path)).toThrow(SetupError)
    expect(() => open(path)).toThrow(`chmod 600 it`)
    chmodSync(path, 0o600)
    rmSync(`${path}.pub`)
    expect(() => open(path)).toThrow(`ssh-keygen -y -f ${path}`)
    writeFileSync(`${path}.pub`, 'one two\nthree four\n')
    expect(() => open(path)).toThrow('does not hold the public key')
  })

  it.skipIf(!requireTool('ssh-keygen', 'openssh-client'))('is one to OpenSSH, fifty times over', () => {
    for (let i = 0; i < 50; i++) {
      const path = sshKeyIn(tempFolder())
      const line = open(path)
      expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()).toBe(line)
    }
  })
})
