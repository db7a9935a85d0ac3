import { beforeEach, expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { SdrRepository } from '../../../../src/bmc/storage/sdr.ts'
import { StorageClock } from '../../../../src/bmc/storage/storage-clock.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { recordOf } from '../../../support/test-storage.ts'

const oem = Uint8Array.of(0, 0, 0x51, 0xc0, 4, 1, 2, 3, 4)
const seed: readonly Uint8Array[] = [recordOf(1), recordOf(2)]
let clock: FakeClock
let store: MemoryStore

const open = (records = seed) => new SdrRepository(new StorageClock(clock, store), store, records)

beforeEach(() => {
  clock = new FakeClock()
  store = new MemoryStore()
})

test('times are those of the content: the same at every start, others for other records', () => {
  const first = open()
  clock.advance(100_000)
  expect([open().lastAdded, open().lastErased]).toEqual([first.lastAdded, first.lastErased])
  expect(open([recordOf(1)]).lastAdded).not.toBe(first.lastAdded)
})

test('two BMCs share the records until one changes its own', () => {
  const [a, b] = [open(), new SdrRepository(new StorageClock(clock, new MemoryStore()), new MemoryStore(), seed)]
  expect(a.records).toBe(b.records)
  expect(a.add(oem)).toBe(3)
  expect([a.records.length, b.records.length, seed.length]).toEqual([3, 2, 2])
})

test('changes are kept, have a time, and cancel reservations', () => {
  const sdr = open()
  const reservation = sdr.reservations.take()
  clock.advance(1000)
  sdr.add(oem)
  expect(sdr.lastAdded).toBe(Math.floor(clock.now() / 1000))
  expect(sdr.reservations.mayRead(reservation)).toBe(false)
  expect(sdr.delete(1)).toBe(1)
  expect(sdr.lastErased).toBe(Math.floor(clock.now() / 1000))
  expect(open().records.map((record) => record[0])).toEqual([2, 3])
  sdr.clear()
  expect(open().records).toEqual([])
  expect(() => sdr.record(0)).toThrow(expect.objectContaining({ reason: 'not-found' }))
})

test('a record that comes as a view of a packet is copied', () => {
  const packet = Buffer.from([0xff, 0xff, ...oem])
  expect(open().add(packet.subarray(2))).toBe(3)
  expect([...packet]).toEqual([0xff, 0xff, ...oem])
})

test('a record comes in pieces, in their order, and counts with the last', () => {
  const sdr = open()
  const id = sdr.addPart(0, 0, false, oem.subarray(0, 5))
  expect(sdr.records.length).toBe(2)
  expect(() => sdr.addPart(id, 7, true, oem.subarray(7))).toThrow(expect.objectContaining({ reason: 'invalid-field' }))
  expect(() => sdr.addPart(id, 5, true, oem.subarray(5, 7))).toThrow(
    expect.objectContaining({ reason: 'invalid-field' }),
  )
  sdr.addPart(0, 0, false, oem.subarray(0, 5))
  expect(sdr.addPart(id, 5, true, oem.subarray(5))).toBe(3)
  expect(hex(sdr.record(3).record)).toBe('03 00 51 c0 04 01 02 03 04')
})

test('a record whose length is not its own, and one too many, are refused', () => {
  const sdr = open()
  expect(() => sdr.add(oem.subarray(0, 8))).toThrow(expect.objectContaining({ reason: 'invalid-field' }))
  const large = Uint8Array.of(0, 0, 0x51, 0xc0, 255, ...new Uint8Array(255))
  const many = new SdrRepository(
    new StorageClock(clock, store),
    store,
    Array.from({ length: 252 }, () => large),
  )
  expect(() => many.add(large)).toThrow(expect.objectContaining({ reason: 'full' }))
})

test('records of the emulator are in memory only, follow what they describe, and can be deleted', () => {
  const sdr = open()
  const reservation = sdr.reservations.take()
  clock.advance(1000)
  sdr.describe('0.9', oem)
  expect([hex(sdr.record(3).record), sdr.record(2).next, sdr.lastAdded]).toEqual([
    '03 00 51 c0 04 01 02 03 04',
    3,
    Math.floor(clock.now() / 1000),
  ])
  expect(sdr.reservations.mayRead(reservation)).toBe(false)
  sdr.describe('0.9', oem.with(8, 9))
  expect(hex(sdr.record(3).record)).toBe('03 00 51 c0 04 01 02 03 09')
  expect(sdr.add(oem)).toBe(4)
  expect(open().records.map((record) => record[0])).toEqual([1, 2, 4])
  expect([sdr.delete(3), sdr.describes('0.9')]).toEqual([3, false])
  sdr.describe('0.9', oem)
  sdr.clear()
  expect(sdr.records).toEqual([])
})

test('deleting one of those leaves the others as they are configured', () => {
  const sdr = open()
  sdr.describe('0.9', oem)
  sdr.delete(3)
  expect(store.get('sdr.records')).toBeUndefined()
  expect(sdr.lastErased).toBe(Math.floor(clock.now() / 1000))
})

test('the emulator finds the end of the room too', () => {
  const sdr = open()
  const large = new Uint8Array(260).fill(0)
  large.set([0, 0, 0x51, 0xc0, 255])
  expect(() => {
    for (let i = 0; i < 300; i++) sdr.describe(`${i}`, large)
  }).toThrow('the SDR repository is full')
})
