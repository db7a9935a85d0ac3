import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryScrollback, Scrollback } from '../../../src/console/scrollback.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const folder = tempFolder()
let files = 0
const freshPath = () => join(folder, `console-${files++}.log`)

describe.each([
  ['in a file', (size: number) => new Scrollback({ path: freshPath(), size })],
  ['in memory', (size: number) => new MemoryScrollback(size)],
])('scrollback %s', (_where, make) => {
  it('is the last bytes of what was said, whatever the bytes', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 })
    fc.assert(
      fc.property(chunks, fc.integer({ min: 0, max: 50 }), (said, size) => {
        const scrollback = make(size)
        for (const bytes of said) scrollback.append(bytes)
        const all = Buffer.concat(said)
        expect(Buffer.from(scrollback.read())).toEqual(all.subarray(Math.max(0, all.length - size)))
        scrollback.close()
      }),
      { numRuns: 60 },
    )
  })

  it('forgets what was said, and goes on', () => {
    const scrollback = make(50)
    scrollback.clear()
    scrollback.append(Buffer.from('before'))
    scrollback.clear()
    expect(Buffer.from(scrollback.read()).toString()).toBe('')
    scrollback.append(Buffer.from('after'))
    expect(Buffer.from(scrollback.read()).toString()).toBe('after')
    scrollback.close()
  })
})

it('is still there for the next process, which goes on with it', () => {
  const path = freshPath()
  // Never closed: as after a kill.
  new Scrollback({ path, size: 100 }).append(Buffer.from('before '))
  const next = new Scrollback({ path, size: 100 })
  next.append(Buffer.from('after'))
  expect(Buffer.from(next.read()).toString()).toBe('before after')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  next.close()
})

it('never holds more than twice its size, and leaves no other file', () => {
  const path = freshPath()
  const scrollback = new Scrollback({ path, size: 64 })
  for (let i = 0; i < 100; i++) {
    scrollback.append(new Uint8Array(10).fill(i))
    expect(statSync(path).size).toBeLessThanOrEqual(128)
  }
  scrollback.close()
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

it('cuts a file that is too long when it is opened', () => {
  const path = freshPath()
  appendFileSync(path, 'x'.repeat(1000))
  new Scrollback({ path, size: 10 }).close()
  expect(readFileSync(path, 'latin1')).toBe('x'.repeat(10))
})
