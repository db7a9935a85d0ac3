import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isLive, lookOf } from '../../../../src/cli/progress/look.ts'
import { picture, type Row } from '../../../../src/cli/progress/picture.ts'

const plain = lookOf({ isTTY: true }, {})
const coloured = lookOf({ isTTY: true, hasColors: () => true }, { LANG: 'C.UTF-8' })
const size = { rows: 22, columns: 80 }

function row(name: string, more: Partial<Row> = {}): Row {
  return { name, stage: 'boot', beganAt: 0, stageSince: 0, missing: [], outcome: undefined, ...more }
}
const good = { outcome: { good: true, words: 'good, ready after 1.0 s' } }
const bad = { outcome: { good: false, words: 'not ready after 9.0 s, at stage boot' } }

describe('the display of nodes that come up', () => {
  it('is a line a node with its stage, its time and what it waits for', () => {
    const rows = [
      row('cn1', { stage: undefined }),
      row('cn02', { stage: 'off' }),
      row('cn3', { stage: 'disk' }),
      row('cn4', { stage: 'start', missing: ['ssh 127.0.0.1:22: connection refused', 'inband: not asked'] }),
      row('cn5', good),
      row('cn6', bad),
    ]
    expect(picture(rows, size, 63_000, plain)).toEqual([
      '. cn1   ....  waiting  1m03s',
      '. cn02  ....  off      1m03s',
      '| cn3   ....  disk     1m03s',
      '| cn4   #...  start    1m03s  ssh 127.0.0.1:22: connection refused, inband: not',
      '+ cn5   good, ready after 1.0 s',
      'x cn6   not ready after 9.0 s, at stage boot',
    ])
  })

  it('has colours and other letters where the terminal has them, at the same places', () => {
    const rows = [row('cn1', { stage: 'firmware' }), row('cn2', good), row('cn3', bad)]
    const lines = picture(rows, size, 2_000, coloured)
    expect(lines[1]).toBe('\x1b[32m✔\x1b[39m cn2  good, ready after 1.0 s')
    expect(lines.map(stripVTControlCharacters)).toEqual([
      '⠋ cn1  ■■□□  firmware   2 s',
      '✔ cn2  good, ready after 1.0 s',
      '✖ cn3  not ready after 9.0 s, at stage boot',
    ])
  })

  it('never takes more columns than there are', () => {
    const rows = [row('cn1', { missing: ['x'.repeat(200)] }), row('cn2', bad)]
    for (const columns of [1, 2, 10, 40, 80]) {
      for (const line of picture(rows, { rows: 22, columns }, 0, coloured)) {
        expect([...stripVTControlCharacters(line)].length).toBeLessThanOrEqual(Math.max(1, columns - 1))
      }
    }
  })

  it('counts where the screen is too small, and shows what failed and what is slowest', () => {
    const names = Array.from({ length: 100 }, (_, i) => `cn${i + 1}`)
    const rows = names.map((name, i) => {
      if (i < 70) return row(name, good)
      if (i < 72) return row(name, bad)
      return row(name, { stage: i < 80 ? 'start' : 'boot', stageSince: 100 - i })
    })
    const lines = picture(rows, { rows: 10, columns: 60 }, 5_000, plain)
    expect(lines[0]).toBe('| 100 nodes: 8 start, 20 boot, 70 good, 2 not good  5 s')
    expect(lines.slice(1).map((line) => line.split(' ')[1])).toEqual([
      'cn71',
      'cn72',
      'cn100',
      'cn99',
      'cn98',
      'cn97',
      'cn96',
    ])
  })

  it('shows all that are left when they fit, and at last what failed', () => {
    const rows = [
      ...Array.from({ length: 30 }, (_, i) => row(`a${i}`, good)),
      ...['b', 'c', 'd', 'e', 'f', 'g'].map((name) => row(name)),
    ]
    const lines = picture(rows, { rows: 10, columns: 60 }, 0, plain)
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['36', 'b', 'c', 'd', 'e', 'f', 'g'])
    const end = rows.map(({ name }, i) => row(name, i === 35 ? bad : good))
    expect(picture(end, { rows: 10, columns: 60 }, 0, plain)).toEqual([
      'x 36 nodes: 35 good, 1 not good',
      'x g    not ready after 9.0 s, at stage boot',
    ])
  })

  it.each([1, 2, 3, 5, 8])('has never more than %i lines', (high) => {
    for (const outcome of [undefined, good.outcome, bad.outcome]) {
      const rows = Array.from({ length: 50 }, (_, i) => row(`cn${i}`, { outcome: i < 25 ? outcome : undefined }))
      expect(picture(rows, { rows: high, columns: 80 }, 0, plain).length).toBeLessThanOrEqual(high)
    }
  })
})

describe('a terminal', () => {
  it('is drawn on unless it says that it is none, or is read later', () => {
    expect(isLive({ isTTY: true }, { TERM: 'xterm' })).toBe(true)
    expect(isLive({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
    expect(isLive({ isTTY: true }, { TERM: 'xterm', CI: 'true' })).toBe(false)
    expect(isLive({ isTTY: false }, { TERM: 'xterm' })).toBe(false)
  })

  it('gets letters that it has', () => {
    const marks = (env: Record<string, string>) => lookOf({ isTTY: true }, env).good
    expect(marks({ LANG: 'de_DE.UTF-8' })).toBe('✔')
    expect(marks({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe('+')
    expect(marks({ LANG: 'C.utf8', TERM: 'linux' })).toBe('+')
    expect(marks({})).toBe('+')
  })
})
