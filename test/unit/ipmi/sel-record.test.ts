import { expect, test } from 'vitest'
import { DecodeError, fromHex, hex } from '../../../src/base/bytes.ts'
import { decodeSelRecord, encodeSelRecord, isTimestamped } from '../../../src/ipmi/sel-record.ts'

test('a system event lies as in Table 32-1', () => {
  const record = encodeSelRecord({
    kind: 'system',
    id: 0x0102,
    timestamp: 0x04030201,
    generatorId: 0x0020,
    revision: 4,
    sensorType: 1,
    sensorNumber: 0x30,
    deasserted: true,
    eventType: 1,
    data: Uint8Array.of(0x59, 0x60, 0x50),
  })
  expect(hex(record)).toBe('02 01 02 01 02 03 04 20 00 04 01 30 81 59 60 50')
})

test.each([
  ['01 00 02 01 02 03 04 20 00 04 01 30 81 59 60 50', 'system'],
  ['01 00 c1 01 02 03 04 91 12 00 aa bb cc dd ee ff', 'oem timestamped'],
  ['01 00 e0 01 02 03 04 91 12 00 aa bb cc dd ee ff', 'oem'],
  ['01 00 55 01 02 03 04 91 12 00 aa bb cc dd ee ff', 'reserved'],
])('%s is %s, and comes back as it was', (bytes, kind) => {
  const record = decodeSelRecord(fromHex(bytes))
  expect(record.kind).toBe(kind)
  expect(hex(encodeSelRecord(record))).toBe(bytes)
})

test('sixteen bytes, no more, no less; E0h and above have no time', () => {
  expect(() => decodeSelRecord(new Uint8Array(15))).toThrow(DecodeError)
  expect([0x02, 0xdf, 0xe0].map(isTimestamped)).toEqual([true, true, false])
})
