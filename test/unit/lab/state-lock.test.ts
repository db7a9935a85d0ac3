import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../../../src/base/errors.ts'
import { thisProcess } from '../../../src/lab/process-identity.ts'
import { lockState } from '../../../src/lab/state-lock.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('the lock of a state folder', () => {
  it('makes the folder, private, and goes with its release', () => {
    const folder = join(tempFolder(), 'deep/state')
    const lock = lockState(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder)).toEqual(['.lock'])
    lock.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('refuses a second owner, names the first and says what to do', () => {
    const folder = tempFolder()
    const lock = lockState(folder)
    const second = () => lockState(folder)
    expect(second).toThrow(SetupError)
    expect(second).toThrow(new RegExp(`in use by bmcsim with pid ${process.pid}\\. .*bmcsim down --state ${folder}`))
    lock.release()
    lockState(folder).release()
  })

  it('takes over from an owner that is gone', async () => {
    const folder = tempFolder()
    const child = spawn('true')
    await new Promise((resolve) => child.once('exit', resolve))
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: child.pid, started: '1' }))
    lockState(folder).release()
  })

  it('takes over when the number now belongs to another process', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, '.lock'), JSON.stringify({ ...thisProcess(), started: 'before' }))
    const lock = lockState(folder)
    expect(JSON.parse(readFileSync(join(folder, '.lock'), 'utf8'))).toEqual(thisProcess())
    lock.release()
  })

  it.each(['', '{', '[]', '{"pid":"x","started":1}', '{"pid":-1,"started":""}'])(
    'takes over a lock that says %j',
    (text) => {
      const folder = tempFolder()
      writeFileSync(join(folder, '.lock'), text)
      lockState(folder).release()
    },
  )

  it('does not remove a lock that somebody else has taken by then', () => {
    const folder = tempFolder()
    const lock = lockState(folder)
    const others = JSON.stringify({ pid: 1, started: '1' })
    writeFileSync(join(folder, '.lock'), others)
    lock.release()
    expect(readFileSync(join(folder, '.lock'), 'utf8')).toBe(others)
  })

  it('says so when the folder cannot be made', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(() => lockState(join(folder, 'file/state'))).toThrow(/cannot keep state in .*--state DIR/)
    expect(existsSync(join(folder, 'file/state'))).toBe(false)
    mkdirSync(join(folder, 'fine'))
    lockState(join(folder, 'fine')).release()
  })
})
