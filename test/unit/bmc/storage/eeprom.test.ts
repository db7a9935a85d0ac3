import { expect, test } from 'vitest'
import { blankMemory, Eeprom } from '../../../../src/bmc/storage/eeprom.ts'

test('a read without an address goes on where the last transfer ended, and wraps', () => {
  const eeprom = new Eeprom(blankMemory(256))
  eeprom.transfer(Uint8Array.of(0xfe, 1, 2, 3), 0)
  expect(eeprom.transfer(Uint8Array.of(0xff), 1)).toEqual(Uint8Array.of(2))
  expect(eeprom.transfer(new Uint8Array(), 2)).toEqual(Uint8Array.of(3, 0xff))
})

test('a larger part has addresses of two bytes, high byte first', () => {
  const eeprom = new Eeprom(blankMemory(2048))
  eeprom.transfer(Uint8Array.of(0x01, 0x02, 9), 0)
  expect(eeprom.transfer(Uint8Array.of(0x01, 0x01), 2)).toEqual(Uint8Array.of(0xff, 9))
  expect(eeprom.transfer(Uint8Array.of(0x01), 1)).toEqual(Uint8Array.of(0xff))
})
