import { expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { type Pet, petIdentity, petVariable, specificTrap } from '../../../src/ipmi/pet.ts'

const event = {
  kind: 'system',
  id: 7,
  timestamp: 883_612_801,
  generatorId: 0x0020,
  revision: 4,
  sensorType: 0x01,
  sensorNumber: 0x30,
  deasserted: true,
  eventType: 0x01,
  data: Uint8Array.of(0x59, 0x5a, 0x55),
} as const

const pet: Pet = {
  guid: Uint8Array.from({ length: 16 }, (_, i) => i),
  sequence: 0x1234,
  event,
  seconds: event.timestamp,
  utcOffset: -60,
  severity: 0x10,
  entityId: 3,
  entityInstance: 1,
  manufacturerId: 0x001291,
  productId: 0x0f02,
  text: new Uint8Array(Buffer.from('hot')),
}

test('a trap has the fields of the PET specification, big-endian, and its text behind them', () => {
  expect(hex(petVariable(pet))).toBe(
    [
      '03 02 01 00 05 04 07 06 08 09 0a 0b 0c 0d 0e 0f',
      '12 34',
      '00 00 00 01',
      'ff c4',
      '20 20 10 20 30 03 01',
      '59 5a 55 00 00 00 00 00',
      'ff',
      '00 00 12 91',
      '0f 02',
      'c3 68 6f 74 c1',
    ].join(' '),
  )
  expect(specificTrap(event)).toBe(0x010189)
})

test('what is not known says so', () => {
  const bytes = petVariable({ ...pet, event: undefined, seconds: 0, utcOffset: 0x7ff, text: new Uint8Array() })
  expect(hex(bytes.subarray(18))).toBe(
    '00 00 00 00 ff ff 20 20 10 ff 00 03 01 00 00 00 00 00 00 00 00 ff 00 00 12 91 0f 02 c1',
  )
  expect(specificTrap(undefined)).toBe(0x0f)
})

test('a text of one byte does not end the fields, and a long one is cut', () => {
  const textOf = (text: string) => petVariable({ ...pet, text: new Uint8Array(Buffer.from(text)) }).subarray(46)
  expect(hex(textOf('x'))).toBe('c2 78 20 c1')
  expect(textOf('x'.repeat(99))).toHaveLength(64)
})

test.each([
  [0x20, 0x20],
  [0x01, 0x00],
  [0x31, 0x08],
  [0x41, 0x10],
  [0x81, 0x10],
])('an event of generator %i comes from source type %i', (generatorId, source) => {
  expect(petIdentity({ ...pet, event: { ...event, generatorId } }).eventSource).toBe(source)
})
