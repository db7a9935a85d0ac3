import { expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { encodeFru, fruMinutes } from '../../../src/ipmi/fru.ts'

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => (total + byte) & 0xff, 0)

test('header and areas have their offsets, lengths and checksums', () => {
  const fru = encodeFru({
    chassis: { type: 23, partNumber: 'CH', serial: 'C1', custom: [] },
    product: {
      manufacturer: 'M',
      name: 'N',
      partNumber: '',
      version: '',
      serial: '',
      assetTag: '',
      fileId: '',
      custom: ['x1'],
    },
  })
  expect(hex(fru)).toBe(
    [
      '01 00 01 00 03 00 00 fb',
      // Chassis: version, two blocks, type, fields, end, padding, checksum.
      '01 02 17 c2 43 48 c2 43 31 c1 00 00 00 00 00 a2',
      '01 03 00 c2 4d 20 c2 4e 20 c0 c0 c0 c0 c0 c2 78 31 c1 00 00 00 00 00 b1',
    ].join(' '),
  )
  expect([sum(fru.subarray(0, 8)), sum(fru.subarray(8, 24)), sum(fru.subarray(24))]).toEqual([0, 0, 0])
})

test('the date of a board is in minutes since 1996', () => {
  expect(fruMinutes(Date.UTC(1996, 0, 2))).toBe(1440)
  expect(fruMinutes(0)).toBe(0)
  const fru = encodeFru({
    board: {
      manufacturedMinutes: 0x010203,
      manufacturer: '',
      product: '',
      serial: '',
      partNumber: '',
      fileId: '',
      custom: [],
    },
  })
  expect(hex(fru.subarray(8, 14))).toBe('01 02 00 03 02 01')
})
