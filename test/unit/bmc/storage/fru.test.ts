import { expect, test, vi } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { Frus } from '../../../../src/bmc/storage/fru.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'

test('bytes are made when somebody asks, and what is written is kept and nobody else sees it', () => {
  const shared = Uint8Array.of(1, 2, 3, 4)
  const data = vi.fn(() => shared)
  const store = new MemoryStore()
  const frus = new Frus(store, [{ device: 3, data }])
  expect(data).not.toHaveBeenCalled()
  expect(frus.write(3, 1, Uint8Array.of(8, 9))).toBe(2)
  expect(hex(frus.read(3, 0, 200))).toBe('01 08 09 04')
  expect(hex(new Frus(store, [{ device: 3, data }]).read(3, 2, 2))).toBe('09 04')
  expect(hex(shared)).toBe('01 02 03 04')
})

test('beyond the end there is nothing, and a write is whole or not at all', () => {
  const frus = new Frus(new MemoryStore(), [{ device: 0, data: () => new Uint8Array(4) }])
  expect(() => frus.read(0, 4, 1)).toThrow(expect.objectContaining({ reason: 'out-of-range' }))
  expect(() => frus.write(0, 3, Uint8Array.of(1, 2))).toThrow(expect.objectContaining({ reason: 'out-of-range' }))
  expect(hex(frus.read(0, 0, 4))).toBe('00 00 00 00')
  expect(() => frus.size(1)).toThrow(expect.objectContaining({ reason: 'not-found' }))
})

test('a device that is added takes the place of one, and forgets what was written to it', () => {
  const store = new MemoryStore()
  const frus = new Frus(store, [{ device: 0, data: () => new Uint8Array(4) }])
  frus.write(0, 0, Uint8Array.of(7))
  frus.add({ device: 0, data: () => Uint8Array.of(1, 2) })
  frus.add({ device: 9, data: () => Uint8Array.of(3) })
  expect([hex(frus.read(0, 0, 4)), frus.devices]).toEqual(['01 02', [0, 9]])
  expect(store.get('fru.0')).toBeUndefined()
})

test('one with a memory of its own is read and written there, within its size', () => {
  const cells = new Uint8Array(8)
  const store = new MemoryStore()
  const memory = {
    size: 4,
    read: (offset: number, count: number) => cells.slice(offset, offset + count),
    write: (offset: number, data: Uint8Array) => cells.set(data, offset),
  }
  const frus = new Frus(store, [{ device: 0, memory, data: () => cells }])
  expect(frus.write(0, 2, Uint8Array.of(5, 6))).toBe(2)
  expect([hex(cells), hex(frus.read(0, 3, 200)), store.get('fru.0')]).toEqual([
    '00 00 05 06 00 00 00 00',
    '06',
    undefined,
  ])
  expect(() => frus.write(0, 3, Uint8Array.of(1, 2))).toThrow(expect.objectContaining({ reason: 'out-of-range' }))
})
