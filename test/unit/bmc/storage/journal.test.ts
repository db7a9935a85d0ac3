import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FileJournal } from '../../../../src/bmc/storage/journal.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

test('lines are there for the next process, readable by their owner only', () => {
  const path = join(tempFolder(), 'node', 'sel.log')
  const journal = new FileJournal(path)
  expect(journal.lines()).toBeUndefined()
  journal.append('one')
  journal.append('two')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(new FileJournal(path).lines()).toEqual(['one', 'two'])
  journal.replace(['three'])
  journal.append('four')
  expect(new FileJournal(path).lines()).toEqual(['three', 'four'])
})

test('a line that a kill cut short never counted, and the next one is whole', () => {
  const path = join(tempFolder(), 'sel.log')
  new FileJournal(path).append('one')
  appendFileSync(path, 'tw')
  const next = new FileJournal(path)
  expect(next.lines()).toEqual(['one'])
  next.append('three')
  expect(readFileSync(path, 'utf8')).toBe('one\nthree\n')
})
