import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { invocation } from '../../../src/cli/invocation.ts'
import { tempFolder } from '../../support/temp-folder.ts'

describe('how to call us in another terminal', () => {
  const folder = tempFolder()
  const script = join(folder, 'main.js')
  writeFileSync(script, '')
  const linked = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true })
    symlinkSync(script, join(folder, name, 'bmcsim'))
    return join(folder, name)
  }

  it('is by name when the PATH leads here', () => {
    expect(invocation(script, { PATH: `/nowhere:${linked('bin')}` })).toBe('bmcsim')
  })

  it('is by path when the PATH leads nowhere, or to another bmcsim', () => {
    mkdirSync(join(folder, 'other'))
    writeFileSync(join(folder, 'other/bmcsim'), '')
    expect(invocation(script, { PATH: '/nowhere' })).toBe(`node ${script}`)
    expect(invocation(script, {})).toBe(`node ${script}`)
    expect(invocation(script, { PATH: `${join(folder, 'other')}:${join(folder, 'bin')}` })).toBe(`node ${script}`)
  })

  it('does not count what only npm put into the PATH', () => {
    expect(invocation(script, { PATH: linked('node_modules/.bin') })).toBe(`node ${script}`)
  })
})
