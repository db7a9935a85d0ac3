import { expect, it } from 'vitest'
import { ConsoleInput } from '../../../../src/app/emulator/console-input.ts'
import { BmcError } from '../../../../src/base/errors.ts'

function consoleInput() {
  const lines: string[] = []
  let shown = ''
  let ended = false
  const input = new ConsoleInput({
    write: (bytes) => {
      shown += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')
    },
    end: () => {
      ended = true
    },
    async line(text) {
      lines.push(text)
      if (text === 'bad') throw new BmcError('not-found', 'no such thing')
      return text === 'two' ? 'a\nb' : ''
    },
    prompt: '> ',
    lineEnd: '\n\r',
  })
  const type = (text: string) => input.take(Buffer.from(text, 'latin1'))
  return { type, lines, shown: () => shown, ended: () => ended }
}

it('takes lines however they end, echoes, prompts', async () => {
  const { type, lines, shown } = consoleInput()
  await type('a\r\nb\rc\nd\r\0e')
  expect(lines).toEqual(['a', 'b', 'c', 'd'])
  expect(shown()).toBe('a\n\r> b\n\r> c\n\r> d\n\r> e')
})

it('prints answers and failures', async () => {
  const { type, shown } = consoleInput()
  await type('two\rbad\r')
  expect(shown()).toBe('two\n\ra\n\rb\n\r> bad\n\r**no such thing\n\r> ')
})

it('takes characters back, of one byte and of several', async () => {
  const { type, lines, shown } = consoleInput()
  await type('ab\x7f\x08\x08xé'.replace('é', '\xc3\xa9'))
  await type('\x08y\r')
  expect(lines).toEqual(['xy'])
  expect(shown().split('\b \b')).toHaveLength(4)
})

it('leaves telnet out, also when it comes in pieces', async () => {
  const { type, lines } = consoleInput()
  await type('a\xff\xfd')
  await type('\x01b\xff\xfa\x18\x00x\xff')
  await type('\xf0c\xff\xf1d\r')
  expect(lines).toEqual(['abcd'])
})

it('joins lines, stops echoing, ends at Ctrl-D on an empty line only', async () => {
  const { type, lines, shown, ended } = consoleInput()
  await type('a \\\rb\rx\x04\rnoecho\rquiet\r')
  expect(lines).toEqual(['a \\\nb', 'x', 'noecho', 'quiet'])
  expect(shown()).not.toContain('quiet')
  expect(ended()).toBe(false)
  await type('\x04')
  expect(ended()).toBe(true)
})

it('keeps no more of a line than fits', async () => {
  const { type, lines } = consoleInput()
  await type(`${'x'.repeat(70_000)}\r`)
  expect(lines[0]).toHaveLength(65_536)
})
