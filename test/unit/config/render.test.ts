import { describe, expect, it } from 'vitest'
import { renderConfigError } from '../../../src/config/render.ts'
import { ConfigError, type Problem } from '../../../src/config/source.ts'

const at = (file: string, line: number, column: number, length = 1) => ({ file, line, column, length })

function render(problems: Problem[], texts: Record<string, string>, colour = false): string {
  return renderConfigError(new ConfigError(problems, new Map(Object.entries(texts))), { colour })
}

describe('a configuration error', () => {
  it('shows each line with a caret and adds up', () => {
    const problems = [
      { at: at('lan.conf', 2, 3, 4), message: 'no such thing; write this' },
      { at: at('a.emu', 1, 1), message: 'worse' },
    ]
    expect(render(problems, { 'lan.conf': 'one\n\tx addr y\r\n', 'a.emu': 'boo' }).split('\n')).toEqual([
      'lan.conf:2:3: no such thing; write this',
      '  \tx addr y',
      '  \t ^^^^',
      'a.emu:1:1: worse',
      '  boo',
      '  ^',
      '2 problems in lan.conf, a.emu; nothing was started',
    ])
  })

  it('does without a line where the file could not be read', () => {
    expect(render([{ at: at('x', 1, 1), message: 'unreadable' }], {})).toBe(
      'x:1:1: unreadable\n1 problem in x; nothing was started',
    )
  })

  it('cuts long lines around the place', () => {
    const line = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`
    const [, shown, carets] = render([{ at: at('x', 1, 501, 4), message: 'm' }], { x: line }).split('\n')
    expect(shown.length).toBeLessThan(170)
    expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('HERE')
  })

  it('never underlines beyond the line, and puts the caret behind it where something is missing', () => {
    expect(render([{ at: at('x', 1, 4, 99), message: 'm' }], { x: 'abcdef' })).toContain('\n     ^^^\n')
    expect(render([{ at: at('x', 1, 7), message: 'm' }], { x: 'abcdef' })).toContain('\n        ^\n')
  })

  it('lets no control character of a file reach the terminal, and colours only when asked', () => {
    const problems = [{ at: at('x', 1, 1), message: 'bad "\x1b[2J"' }]
    const shown = render(problems, { x: '\x1b]0;title\x07' })
    expect(shown).not.toContain('\x1b')
    expect(shown).not.toContain('\x07')
    expect(render(problems, { x: 'y' }, true)).toContain('\x1b[31m^\x1b[0m')
  })
})
