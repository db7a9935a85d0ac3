import { expect, test } from 'vitest'
import { DecodeError, fromHex, hex } from '../../../src/base/bytes.ts'
import { decodeSdr, encodeSdr, type Sdr } from '../../../src/ipmi/sdr.ts'
import { idString } from '../../../src/ipmi/type-length.ts'
import { temperature } from '../../support/test-storage.ts'

test('a full record lies as in Table 43-1', () => {
  expect(hex(encodeSdr(temperature))).toBe(
    [
      '00 00 51 01 33',
      '20 00 01 03 01 fb 68 01 01 81 12 81 32 19 19 00 01 00',
      '00 01 00 00 00 00 00 07 28 3c 14 ff 00',
      '00 5a 50 00 00 05 02 02 00 00 00',
      'c8 43 50 55 20 54 65 6d 70',
    ].join(' '),
  )
})

/** Lengths of the fixed parts: IPMI 2.0 Tables 43-2, 43-3, 43-6 to 43-8 and 43-11. */
test.each([
  [
    'compact',
    0x02,
    32,
    {
      kind: 'compact',
      ownerId: 0x20,
      channel: 0,
      fruLun: 0,
      lun: 0,
      number: 9,
      entityId: 7,
      entityInstance: 1,
      initialization: 0x67,
      capabilities: 0x40,
      sensorType: 0x0d,
      eventType: 0x6f,
      assertions: 3,
      deassertions: 3,
      readings: 3,
      unitFlags: 0xc0,
      baseUnit: 0,
      modifierUnit: 0,
      sharing: 1,
      positiveHysteresis: 0,
      negativeHysteresis: 0,
      oem: 0,
      id: idString(''),
    },
  ],
  [
    'event only',
    0x03,
    17,
    {
      kind: 'eventOnly',
      ownerId: 0x20,
      channel: 0,
      fruLun: 0,
      lun: 1,
      number: 9,
      entityId: 7,
      entityInstance: 1,
      sensorType: 0x12,
      eventType: 0x6f,
      sharing: 1,
      oem: 0,
      id: idString(''),
    },
  ],
  [
    'FRU locator',
    0x11,
    16,
    {
      kind: 'fruLocator',
      accessAddress: 0x20,
      device: 1,
      bus: 0x80,
      channel: 0,
      deviceType: 0x10,
      deviceModifier: 0,
      entityId: 10,
      entityInstance: 1,
      oem: 0,
      id: idString(''),
    },
  ],
  [
    'MC locator',
    0x12,
    16,
    {
      kind: 'mcLocator',
      slaveAddress: 0x20,
      channel: 0,
      initialization: 0,
      capabilities: 0x9f,
      entityId: 6,
      entityInstance: 1,
      oem: 0,
      id: idString(''),
    },
  ],
  [
    'generic locator',
    0x10,
    16,
    {
      kind: 'generic',
      accessAddress: 0x20,
      slaveAddress: 0xa0,
      bus: 0,
      addressSpan: 0,
      deviceType: 8,
      deviceModifier: 0,
      entityId: 7,
      entityInstance: 1,
      oem: 0,
      id: idString(''),
    },
  ],
  ['OEM', 0xc0, 10, { kind: 'oem', manufacturer: 0x1291, data: Uint8Array.of(1, 2) }],
] satisfies [string, number, number, Sdr][])('a %s record has type %i and %i bytes', (_, type, length, sdr) => {
  const record = encodeSdr(sdr)
  expect([record[2], record[3], record.length]).toEqual([0x51, type, length])
  expect(record[4]).toBe(length - 5)
  expect(decodeSdr(record)).toEqual(sdr)
})

test('a type that is not spelled out is none of ours; a wrong length is an error', () => {
  expect(decodeSdr(fromHex('01 00 51 14 02 aa bb'))).toBeUndefined()
  expect(() => decodeSdr(fromHex('01 00 51 01 03 aa bb'))).toThrow(DecodeError)
  expect(() => decodeSdr(fromHex('01 00 51 01 02 aa bb'))).toThrow(DecodeError)
})
