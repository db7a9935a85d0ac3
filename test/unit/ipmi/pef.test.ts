import { expect, test } from 'vitest'
import { eventFilter, filterMatches } from '../../../src/ipmi/pef.ts'
import type { SystemEvent } from '../../../src/ipmi/sel-record.ts'

const event: SystemEvent = {
  kind: 'system',
  id: 1,
  timestamp: 0,
  generatorId: 0x0120,
  revision: 4,
  sensorType: 0x01,
  sensorNumber: 0x30,
  deasserted: false,
  eventType: 0x01,
  data: Uint8Array.of(0x59, 0x5a, 0xff),
}

const any = [0x80, 0x01, 0x01, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0]

/** The filter that lets everything pass, with some of its 20 bytes replaced: by number from 0, as in Table 17-2 less one. */
function matches(change: Readonly<Record<number, number>>, of: Partial<SystemEvent> = {}): boolean {
  const bytes = Uint8Array.from(any, (byte, at) => change[at] ?? byte)
  return filterMatches(eventFilter.decode(bytes), { ...event, ...of })
}

test('a filter reads as Table 17-2 lays it out', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, i) => i + 0xc0)
  expect(eventFilter.decode(bytes)).toMatchObject({
    enabled: true,
    kind: 2,
    action: 0xc1,
    group: 4,
    policy: 2,
    severity: 0xc3,
    generatorAddress: 0xc4,
    generatorChannel: 0xc5,
    sensorType: 0xc6,
    sensorNumber: 0xc7,
    trigger: 0xc8,
    offsets: 0xcac9,
    data1Mask: 0xcb,
    data3Compare2: 0xd3,
  })
})

test.each([
  ['any', {}, true],
  ['its generator', { 4: 0x20, 5: 0x01 }, true],
  ['another generator', { 4: 0x22 }, false],
  ['another channel or LUN', { 5: 0x00 }, false],
  ['its sensor', { 6: 0x01, 7: 0x30 }, true],
  ['another type', { 6: 0x02 }, false],
  ['another number', { 7: 0x31 }, false],
  ['its event type', { 8: 0x01 }, true],
  ['the same, deasserted', { 8: 0x81 }, false],
  ['offset 9', { 9: 0x00, 10: 0x02 }, true],
  ['all other offsets', { 9: 0xff, 10: 0xfd }, false],
  ['no offset', { 9: 0, 10: 0 }, false],
  ['data 2 exactly', { 14: 0xff, 15: 0xff, 16: 0x5a }, true],
  ['data 2 exactly another', { 14: 0xff, 15: 0xff, 16: 0x5b }, false],
  ['the low half of data 2 exactly', { 14: 0x0f, 15: 0x0f, 16: 0x0a }, true],
  ['one of bits 0 and 1 of data 2', { 14: 0x03, 15: 0x00, 16: 0x03 }, true],
  ['one of bits 0 and 2 of data 2', { 14: 0x05, 15: 0x00, 16: 0x05 }, false],
  ['bit 1 exactly, and one of bits 0 and 2', { 14: 0x07, 15: 0x02, 16: 0x07 }, false],
  ['bit 1 exactly, and one of bits 0 and 3', { 14: 0x0b, 15: 0x02, 16: 0x0b }, true],
  ['data 3', { 17: 0xff, 18: 0xff, 19: 0x00 }, false],
  ['data 1', { 11: 0xf0, 12: 0xf0, 13: 0x50 }, true],
])('%s', (_, change, expected) => {
  expect(matches(change)).toBe(expected)
})

test('a deassertion has bit 7 of the trigger', () => {
  expect(matches({ 8: 0x81 }, { deasserted: true })).toBe(true)
  expect(matches({ 8: 0x01 }, { deasserted: true })).toBe(false)
  expect(matches({ 8: 0xff }, { deasserted: true })).toBe(true)
})
