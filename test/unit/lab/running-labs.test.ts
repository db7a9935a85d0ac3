import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeRunFolder } from '../../../src/lab/places.ts'
import { announce, labOn, runningLabs, unannounce } from '../../../src/lab/running-labs.ts'
import { tempFolder } from '../../support/temp-folder.ts'

function surroundings() {
  const home = tempFolder()
  return { home, env: { XDG_RUNTIME_DIR: home } }
}

const mine = (env: Record<string, string>) =>
  runningLabs(env).filter((lab) => lab.controlSocket.startsWith(env.XDG_RUNTIME_DIR))

describe('running labs', () => {
  it('are found from their announcement until it is taken back', () => {
    const { home, env } = surroundings()
    const run = makeRunFolder([home], env)
    announce(run, { name: 'demo', file: join(home, 'demo.yaml'), locks: [home] })
    expect(mine(env)).toEqual([
      {
        name: 'demo',
        file: join(home, 'demo.yaml'),
        process: expect.objectContaining({ pid: process.pid }),
        folders: [home],
        controlSocket: join(run, 'control.sock'),
      },
    ])
    expect(labOn(home, env)?.name).toBe('demo')
    expect(labOn(join(home, 'other'), env)).toBe(undefined)
    unannounce(run)
    expect(mine(env)).toEqual([])
  })

  it('do not include what a killed one or a stranger left', () => {
    const { home, env } = surroundings()
    const texts = [
      '',
      '{}',
      'null',
      JSON.stringify({ name: 'x', process: { pid: process.pid, started: '1' }, folders: [] }),
    ]
    for (const [i, text] of texts.entries()) {
      mkdirSync(join(home, 'bmcsim', String(i)), { recursive: true, mode: 0o700 })
      writeFileSync(join(home, 'bmcsim', String(i), 'lab.json'), text)
    }
    expect(mine(env)).toEqual([])
  })
})
