import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultStateFolder, makeRunFolder, runHomes, stateHome } from '../../../src/lab/places.ts'
import { claimRunFolder } from '../../../src/lab/running-labs.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('where state is kept', () => {
  it('follows XDG_STATE_HOME when that is an absolute path', () => {
    expect(stateHome({ HOME: '/home/ada', XDG_STATE_HOME: '/var/ada' })).toBe('/var/ada/bmcsim')
    expect(stateHome({ HOME: '/home/ada', XDG_STATE_HOME: 'relative' })).toBe('/home/ada/.local/state/bmcsim')
    expect(stateHome({ HOME: '/home/ada' })).toBe('/home/ada/.local/state/bmcsim')
  })

  it('is a folder of its own for every lab file, by its name and its place', () => {
    const env = { HOME: '/home/ada' }
    const one = defaultStateFolder('/a/lab.yaml', env)
    const other = defaultStateFolder('/b/lab.yaml', env)
    expect(one).toMatch(/^\/home\/ada\/\.local\/state\/bmcsim\/lab-[0-9a-f]{6}$/)
    expect(other).not.toBe(one)
    expect(defaultStateFolder('/a/lab.yaml', env)).toBe(one)
  })
})

describe('where sockets are', () => {
  it('is private, short, and the same for one state folder by all its names', () => {
    const home = tempFolder()
    const state = join(home, 'state')
    mkdirSync(state)
    symlinkSync(state, join(home, 'link'))
    const env = { XDG_RUNTIME_DIR: home }
    const folder = makeRunFolder([state], env)
    expect(folder.startsWith(join(home, 'bmcsim/'))).toBe(true)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(makeRunFolder([join(home, 'link')], env)).toBe(folder)
    expect(makeRunFolder([home], env)).not.toBe(folder)
    // A socket of a node with a long name still fits into sun_path.
    expect(`${folder.replace(home, '/run/user/1000')}/123456789012/serial.sock`.length).toBeLessThan(90)
  })

  it('is where a killed process has left one, though the variable is set in this shell', () => {
    const [home, state] = [tempFolder(), tempFolder()]
    const left = makeRunFolder([state], {})
    try {
      const env = { XDG_RUNTIME_DIR: home }
      expect(makeRunFolder([state], env).startsWith(join(home, 'bmcsim'))).toBe(true)
      claimRunFolder(left, 'lab', [state])
      expect(makeRunFolder([state], env)).toBe(left)
    } finally {
      rmSync(left, { recursive: true })
    }
  })

  it('is refused when others may look into it', () => {
    const home = tempFolder()
    mkdirSync(join(home, 'bmcsim'))
    chmodSync(join(home, 'bmcsim'), 0o755)
    expect(() => makeRunFolder(['/x'], { XDG_RUNTIME_DIR: home })).toThrow(/mode 0700.*BMCSIM_RUN_DIR/)
  })

  it('is /tmp where XDG_RUNTIME_DIR is missing or too long for a socket', () => {
    expect(runHomes({})[0]).toMatch(/^\/tmp\/bmcsim-\d+$/)
    expect(runHomes({ XDG_RUNTIME_DIR: `/${'x'.repeat(60)}` })).toEqual(runHomes({}))
    expect(runHomes({ XDG_RUNTIME_DIR: '/run/user/7' })[0]).toBe('/run/user/7/bmcsim')
    expect(runHomes({ XDG_RUNTIME_DIR: '/run/user/7', BMCSIM_RUN_DIR: '/x' })).toEqual(['/x'])
  })
})
