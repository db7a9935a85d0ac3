import { beforeEach, expect, test } from 'vitest'
import { BootOptions } from '../../../../src/bmc/power/boot-options.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const pxe = Uint8Array.of(0x80, 0x04, 0, 0, 0)
let clock: FakeClock
let store: MemoryStore
let boot: BootOptions

beforeEach(() => {
  clock = new FakeClock()
  store = new MemoryStore()
  boot = new BootOptions(clock, store)
})

test.each([
  [1, [0x55]],
  [2, [0x03]],
  [3, [0x1f]],
  [5, [0xe0, 0x16, 0x62, 0x01, 0x05]],
  [6, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
])('parameter %i reads back as written, also after a restart', (number, data) => {
  expect(boot.set(number, false, Uint8Array.from(data))).toBe(true)
  const again = new BootOptions(clock, store)
  expect(again.parameter(number, 0)).toEqual({ valid: true, data: Uint8Array.from(data) })
})

test('the acknowledge mask decides which bits change and reads as 0', () => {
  boot.set(4, false, Uint8Array.of(0xff, 0x1f))
  boot.set(4, false, Uint8Array.of(0x01, 0x00))
  expect(boot.parameter(4, 0)?.data).toEqual(Uint8Array.of(0, 0x1e))
})

test('mailbox blocks are apart; block 5 is out of range', () => {
  boot.set(7, false, Uint8Array.of(1, 0xaa, 0xbb))
  expect(boot.parameter(7, 1)?.data).toEqual(Uint8Array.of(1, 0xaa, 0xbb, ...new Array(14).fill(0)))
  expect(boot.parameter(7, 0)?.data).toEqual(new Uint8Array(17))
  expect(() => boot.parameter(7, 5)).toThrow(expect.objectContaining({ reason: 'out-of-range' }))
  expect(() => boot.set(7, false, Uint8Array.of(5, 1))).toThrow(expect.objectContaining({ reason: 'out-of-range' }))
})

test('without data only the mark changes, and a marked choice is not used', () => {
  boot.set(5, false, pxe)
  boot.set(5, true, new Uint8Array())
  expect(boot.parameter(5, 0)).toEqual({ valid: false, data: pxe })
  expect(boot.takeForStart()).toBeUndefined()
  boot.set(5, false, new Uint8Array())
  expect(boot.takeForStart()?.device).toBe('pxe')
})

test('a wrong size is a length error, an unknown parameter is none', () => {
  expect(() => boot.set(5, false, Uint8Array.of(0x80))).toThrow(expect.objectContaining({ reason: 'length' }))
  expect(boot.set(8, false, Uint8Array.of(1))).toBe(false)
  expect(boot.parameter(96, 0)).toBeUndefined()
})

test('using the choice clears only its valid bit', () => {
  boot.set(5, false, Uint8Array.of(0xa0, 0x14, 0x02, 0, 0))
  expect(boot.takeForStart()).toEqual({ device: 'cdrom', efi: true, persistent: false })
  expect(boot.parameter(5, 0)?.data).toEqual(Uint8Array.of(0x20, 0x14, 0x02, 0, 0))
  expect(boot.takeForStart()).toBeUndefined()
})

test('a one-shot choice lapses after 60 seconds without a Chassis Control', () => {
  boot.set(5, false, pxe)
  clock.advance(59_999)
  boot.chassisControlled()
  clock.advance(59_999)
  expect(boot.parameter(5, 0)?.data[0]).toBe(0x80)
  clock.advance(1)
  expect(boot.parameter(5, 0)?.data[0]).toBe(0x00)
  expect(boot.takeForStart()).toBeUndefined()
})

test.each([
  ['parameter 3 says to keep it', [0x08], pxe],
  ['it is persistent', [0x00], Uint8Array.of(0xc0, 0x04, 0, 0, 0)],
])('it stays when %s', (_, clearing, flags) => {
  boot.set(3, false, Uint8Array.from(clearing))
  boot.set(5, false, flags)
  clock.advance(3_600_000)
  expect(boot.takeForStart()?.device).toBe('pxe')
})
