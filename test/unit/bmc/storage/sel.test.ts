import { expect, test, vi } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { type Journal, MemoryJournal } from '../../../../src/bmc/storage/journal.ts'
import { Sel } from '../../../../src/bmc/storage/sel.ts'
import { StorageClock } from '../../../../src/bmc/storage/storage-clock.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const anEvent = { sensorType: 1, sensorNumber: 0x30, eventType: 1, data: [0x59, 0x60, 0x50] } as const
const start = Date.UTC(2026, 0, 1) / 1000

interface Options {
  journal?: Journal
  records?: Uint8Array[]
  capacity?: number
  whenFull?: 'stop' | 'overwrite'
}

function open(options: Options = {}) {
  const { journal = new MemoryJournal(), records = [], capacity = 3, whenFull = 'stop' } = options
  const clock = new FakeClock()
  const store = new MemoryStore()
  const storageClock = new StorageClock(clock, store)
  const seed = { capacity, support: 0x0b, records, whenFull }
  const sel = new Sel({ clock: storageClock, log: silentLogger, journal, seed })
  return { sel, clock, storageClock, journal, reopen: () => open({ journal, records, capacity, whenFull }).sel }
}

test('an event is a record with an ID, the time, and this BMC as its generator', () => {
  const { sel, clock } = open()
  clock.advance(5000)
  sel.event({ ...anEvent, deasserted: true })
  const { record, next } = sel.entry(0)
  expect(hex(record.subarray(0, 3))).toBe('01 00 02')
  expect(new DataView(record.buffer).getUint32(3, true)).toBe(start + 5)
  expect(hex(record.subarray(7))).toBe('20 00 04 01 30 81 59 60 50')
  expect(next).toBe(0xffff)
  expect([sel.lastAdded, sel.lastErased]).toEqual([start + 5, 0])
})

test('records are walked by their IDs, and FFFFh is the last', () => {
  const { sel } = open()
  for (let i = 0; i < 3; i++) sel.event(anEvent)
  expect(sel.entry(0).next).toBe(2)
  expect(sel.entry(2).next).toBe(3)
  expect(sel.entry(0xffff)).toEqual(sel.entry(3))
  expect(() => sel.entry(9)).toThrow(expect.objectContaining({ reason: 'not-found' }))
  sel.delete(2)
  expect(sel.entry(1).next).toBe(3)
})

test('a full SEL drops what comes and says so, until it is cleared; listeners hear it still', () => {
  const { sel, reopen } = open()
  const heard = vi.fn()
  sel.onEvent(heard)
  for (let i = 0; i < 4; i++) sel.event(anEvent)
  expect(heard).toHaveBeenCalledTimes(4)
  expect([sel.count, sel.overflow, reopen().overflow]).toEqual([3, true, true])
  expect(() => sel.add(new Uint8Array(16))).toThrow(expect.objectContaining({ reason: 'full' }))
  sel.clear()
  expect([sel.count, sel.overflow, reopen().overflow]).toEqual([0, false, false])
  sel.event(anEvent)
  expect(sel.entry(0).record[0]).toBe(1)
})

test('a SEL that overwrites drops its oldest record, never what comes, and comes back so after a restart', () => {
  const { sel, journal, reopen } = open({ whenFull: 'overwrite' })
  for (let i = 1; i <= 5; i++) sel.event({ ...anEvent, sensorNumber: i })
  const sensors = (of: Sel) => of.records.map((record) => record[11])
  expect([sensors(sel), sensors(reopen())]).toEqual([
    [3, 4, 5],
    [3, 4, 5],
  ])
  expect([sel.overflow, sel.entry(0).record[0], sel.add(new Uint8Array(16).fill(2))]).toEqual([false, 3, 6])
  sel.delete(5)
  sel.event(anEvent)
  expect(reopen().records.map((record) => record[0])).toEqual([4, 6, 7])
  for (let i = 0; i < 1000; i++) sel.event(anEvent)
  expect(journal.lines()?.length).toBeLessThan(300)
  expect(reopen().records).toEqual(sel.records)
})

test('a SEL without any room overwrites nothing', () => {
  const { sel } = open({ whenFull: 'overwrite', capacity: 0 })
  sel.event(anEvent)
  expect([sel.count, sel.overflow]).toEqual([0, true])
  expect(() => sel.add(new Uint8Array(16))).toThrow(expect.objectContaining({ reason: 'full' }))
})

test('deleting and clearing cancel reservations; an event does not', () => {
  const { sel } = open()
  const id = sel.reservations.take()
  sel.event(anEvent)
  expect(sel.reservations.mayRead(id)).toBe(true)
  sel.delete(1)
  expect(sel.reservations.mayRead(id)).toBe(false)
})

test('an OEM record without a time is kept byte for byte', () => {
  const { sel } = open()
  const given = Uint8Array.from([9, 9, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
  sel.add(given)
  expect(hex(sel.entry(1).record)).toBe('01 00 e0 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d')
})

test('a record that comes as a view of a packet is copied', () => {
  const { sel } = open()
  const packet = Buffer.from('ffffffff00000200000000200004010101570100', 'hex')
  sel.add(packet.subarray(4))
  expect(packet.toString('hex')).toBe('ffffffff00000200000000200004010101570100')
  expect(hex(sel.entry(1).record)).toMatch(/^01 00 02 00 b9 55 69 20/)
})

test('records of the configuration are put in once, and a clear is for good', () => {
  const records = [Uint8Array.from([0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 1, 1, 1, 0x57, 0, 0])]
  const { sel, reopen } = open({ records })
  expect([sel.count, reopen().count]).toEqual([1, 1])
  sel.clear()
  expect(reopen().count).toBe(0)
})

test('an ID is not given again at once, also when the journal was shortened and read back', () => {
  const { sel, reopen } = open({ capacity: 8 })
  sel.event(anEvent)
  for (let i = 0; i < 300; i++) {
    sel.event(anEvent)
    sel.delete(0xffff)
  }
  const again = reopen()
  expect(again.add(new Uint8Array(16).fill(0xe0))).toBe(302)
})

test('the journal stays short however much happens', () => {
  const { sel, journal } = open({ capacity: 8 })
  for (let i = 0; i < 2000; i++) {
    sel.event(anEvent)
    sel.delete(0xffff)
  }
  sel.event(anEvent)
  expect(journal.lines()?.length).toBeLessThan(400)
})

test('a journal that fails is a note in the log, and no event is lost for the listeners', () => {
  const warn = vi.fn()
  const heard = vi.fn()
  const broken: Journal = {
    lines: () => [],
    append: () => {
      throw new Error('no space left on device')
    },
    replace: () => {},
  }
  const storageClock = new StorageClock(new FakeClock(), new MemoryStore())
  const seed = { capacity: 3, support: 0, records: [] }
  const sel = new Sel({ clock: storageClock, log: { ...silentLogger, warn }, journal: broken, seed })
  sel.onEvent(heard)
  sel.event(anEvent)
  expect(warn).toHaveBeenCalledOnce()
  expect(heard).toHaveBeenCalledOnce()
  expect(sel.count).toBe(0)
})

test('the time is ours until it is set, then runs on from there, also after a restart', () => {
  const clock = new FakeClock()
  const store = new MemoryStore()
  const time = new StorageClock(clock, store)
  expect(time.seconds).toBe(start)
  time.set(1000)
  clock.advance(3000)
  expect([time.seconds, new StorageClock(clock, store).seconds]).toEqual([1003, 1003])
  expect(time.utcOffset).toBe(0x7ff)
})

test('its room can change while it runs', () => {
  const { sel } = open({ capacity: 1 })
  sel.event(anEvent)
  sel.resize(2, 0x02)
  sel.event(anEvent)
  expect([sel.count, sel.overflow, sel.capacity, sel.support]).toEqual([2, false, 2, 0x02])
  sel.resize(1, 0x02)
  sel.event(anEvent)
  expect([sel.count, sel.overflow]).toEqual([2, true])
})
