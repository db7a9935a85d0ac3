import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SerialLog } from '../../../../src/backends/qemu/serial-log.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['nothing was heard', 'boot: ', '', 'boot: '],
  ['all was heard', 'boot: ok', 'POST boot: ok', ''],
  ['the rest was not', 'boot: ok login: ', 'POST boot: ok', ' login: '],
  ['the log began with what is kept of an earlier start', 'boot: ok', 'POST boot: ok boo', 't: ok'],
  ['less is kept than the log has', 'POST boot: ok login: ', 'boot: ok', ' login: '],
  ['what is kept is something else', 'boot: ok', 'by hand', 'boot: ok'],
])('what was said and not heard is told where %s', (_, said, kept, unheard) => {
  const path = join(tempFolder(), 'serial.log')
  writeFileSync(path, said)
  expect(Buffer.from(new SerialLog(path).unheard(bytes(kept))).toString('latin1')).toBe(unheard)
})

test('the log is emptied while it is heard, and may be gone', () => {
  const path = join(tempFolder(), 'serial.log')
  writeFileSync(path, 'x'.repeat(1000))
  const log = new SerialLog(path)
  log.heard(64 * 1024 - 1001)
  expect(readFileSync(path)).toHaveLength(1000)
  log.heard(1)
  expect(readFileSync(path)).toHaveLength(0)
  appendFileSync(path, 'more')
  log.heard(4)
  expect(readFileSync(path, 'latin1')).toBe('more')
  rmSync(path)
  log.heard(64 * 1024)
})
