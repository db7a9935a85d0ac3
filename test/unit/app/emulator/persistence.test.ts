import { expect, it } from 'vitest'
import { Persistence, partOfStore } from '../../../../src/app/emulator/persistence.ts'
import { MemoryJournal } from '../../../../src/bmc/storage/journal.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'

it('a journal catches up too', () => {
  const persistence = new Persistence()
  const base = new MemoryJournal()
  const journal = persistence.journal(base)
  journal.append('1')
  persistence.set(false)
  journal.append('2')
  expect([journal.lines(), base.lines()]).toEqual([['1', '2'], ['1']])
  persistence.set(true)
  expect(base.lines()).toEqual(['1', '2'])
  persistence.set(false)
  journal.replace(['9'])
  journal.append('10')
  expect(base.lines()).toEqual(['1', '2'])
  persistence.set(true)
  expect([journal.lines(), base.lines()]).toEqual([
    ['9', '10'],
    ['9', '10'],
  ])
})

it('a value that was taken away while nothing is written stays away', () => {
  const persistence = new Persistence()
  const base = new MemoryStore()
  const store = persistence.store(base)
  store.set('a', 1)
  persistence.set(false)
  store.set('a', undefined)
  expect([store.get('a'), base.get('a')]).toEqual([undefined, 1])
})

it('a part of a store has keys of its own', () => {
  const base = new MemoryStore()
  partOfStore(base, 'mc30.').set('a', 1)
  expect([base.get('mc30.a'), base.get('a'), partOfStore(base, 'mc30.').get('a')]).toEqual([1, undefined, 1])
})

it('a secret that is set while nothing is written reaches the disk when it is written again, and is a copy', () => {
  const persistence = new Persistence()
  const base = new MemoryStore()
  const store = persistence.store(base)
  persistence.set(false)
  const packet = Buffer.from('..secret')
  partOfStore(store, 'mc30.').setSecret('kg', packet.subarray(2))
  packet.fill(0)
  expect(base.getSecret('mc30.kg')).toBeUndefined()
  expect(store.getSecret('mc30.kg')).toEqual(new Uint8Array(Buffer.from('secret')))
  persistence.set(true)
  expect(base.getSecret('mc30.kg')).toEqual(new Uint8Array(Buffer.from('secret')))
})
