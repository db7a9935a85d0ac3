import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { numberIn, pollOnce } from '../../../../src/app/emulator/poll-source.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import type { PollConfig } from '../../../../src/config/config.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const cwd = tempFolder()
const plain: PollConfig = {
  everyMs: 1,
  source: { kind: 'file', path: 'f' },
  form: 'ascii',
  offset: 0,
  length: 0,
  base: 0,
  mask: 0xffffffff,
  sub: 0,
  mult: 1,
  div: 1,
  initState: 0,
  depends: undefined,
}

function poll(content: string, more: Partial<PollConfig>, threshold = true): Promise<number> {
  writeFileSync(join(cwd, 'f'), content, 'latin1')
  return pollOnce({ ...plain, ...more }, threshold, { cwd, clock: new FakeClock(), log: silentLogger })
}

it.each([
  ['0x1f\n', 0, 31],
  ['  010', 0, 8],
  ['-12 C', 0, -12],
  ['10', 16, 16],
  ['0x10', 16, 16],
  ['0x10', 10, 0],
  ['zz', 36, 1295],
])('%j in base %d is %d', (text, base, value) => {
  expect(numberIn(text, base, 'x')).toBe(value)
})

it.each(['', 'C 12', '.5', '9'])('%j is no number in base 8', (text) => {
  expect(() => numberIn(text, 8, 'x')).toThrow('x begins with no number')
})

it('computes in the order mask, sub, mult, div', async () => {
  expect(await poll('0x1ff', { mask: 0xff, sub: 5, mult: 3, div: 10 })).toBe(75)
  expect(await poll('48500', { div: 1000 })).toBe(49)
})

it('has a byte for thresholds, and fifteen states', async () => {
  expect([await poll('999', {}), await poll('-3', {})]).toEqual([255, 0])
  expect(await poll('0xffff', {}, false)).toBe(0x7fff)
})

it('reads bytes, the low one first, from an offset', async () => {
  expect(await poll('\x01\x02\x03\x04\xff', { form: 'raw', offset: 1, length: 2, div: 256 })).toBe(3)
  expect(await poll('abc12', { offset: 3 })).toBe(12)
  await expect(poll('\x01', { form: 'raw', length: 2 })).rejects.toThrow(/no 2 bytes/)
})

it('runs a program', async () => {
  expect(await poll('41', { source: { kind: 'program', command: 'cat f' } })).toBe(41)
  await expect(poll('41', { source: { kind: 'program', command: 'exit 3' } })).rejects.toThrow(/status 3/)
  await expect(poll('41', { source: { kind: 'file', path: 'absent' } })).rejects.toThrow(/ENOENT/)
})
