import { describe, expect, it } from 'vitest'
import { EscapeFilter } from '../../../src/cli/escape-filter.ts'

/** Feeds chunks; bytes come back as text, orders as `<leave>`. */
function typed(filter: EscapeFilter, ...chunks: string[]): string {
  return chunks
    .flatMap((chunk) => filter.feed(Buffer.from(chunk, 'latin1')))
    .map((part) => (part.kind === 'bytes' ? Buffer.from(part.bytes).toString('latin1') : `<${part.kind}>`))
    .join('')
}

describe('the escape of a console viewer', () => {
  it.each([
    ['~.', '<leave>'],
    ['ls\r~.', 'ls\r<leave>'],
    ['ls\n~.', 'ls\n<leave>'],
    ['~B', '<break>'],
    ['~?', '<help>'],
    ['~~', '~'],
    ['~x', '~x'],
    ['~\r~.', '~\r<leave>'],
    ['a~.', 'a~.'],
    ['~~.', '~.'],
    ['ab~.c\r~B~.', 'ab~.c\r<break><leave>'],
  ])('reads %j as %j', (text, result) => {
    expect(typed(new EscapeFilter(), text)).toBe(result)
  })

  it('sees an escape however the bytes are cut', () => {
    expect(typed(new EscapeFilter(), 'l', 's', '\r', '~', '.')).toBe('ls\r<leave>')
  })

  it('may be another character', () => {
    expect(typed(new EscapeFilter('%'), '~.\r%.')).toBe('~.\r<leave>')
  })

  it('passes every byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    const [part] = new EscapeFilter().feed(all)
    expect(part).toEqual({ kind: 'bytes', bytes: all })
  })
})
