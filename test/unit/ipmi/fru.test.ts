import { expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { encodeFru, type FruDescription, fruMinutes } from '../../../src/ipmi/fru.ts'
import { boardTime, decodeFru } from '../../../src/ipmi/fru-decode.ts'

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

const whole: FruDescription = {
  chassis: { type: 23, partNumber: 'CH', serial: 'C', custom: ['a', 'bc'] },
  board: {
    manufacturedMinutes: fruMinutes(Date.UTC(2024, 2, 11)),
    ...{ manufacturer: 'M', product: 'Board', serial: 'B1', partNumber: 'P', fileId: '1.0', custom: [] },
  },
  product: {
    ...{ manufacturer: 'M', name: 'N', partNumber: '', version: '1', serial: 'S', assetTag: 'cn01', fileId: '' },
    custom: ['x1'],
  },
}

test('what is written can be read', () => {
  expect(decodeFru(encodeFru(whole))).toEqual(whole)
  const { product } = whole
  expect(decodeFru(encodeFru({ product }))).toEqual({ chassis: undefined, board: undefined, product })
  expect(boardTime(whole.board?.manufacturedMinutes ?? 0)).toBe(Date.UTC(2024, 2, 11))
  expect(boardTime(0)).toBeUndefined()
})

test('an area that was damaged is not there, and any bytes are read without a fault', () => {
  const fru = encodeFru(whole)
  for (let i = 0; i < fru.length; i++) {
    const damaged = fru.slice()
    damaged[i] ^= 0xff
    const read = decodeFru(damaged)
    expect(read === undefined || Object.values(read).some((area) => area === undefined)).toBe(true)
    expect(() => decodeFru(fru.subarray(0, i))).not.toThrow()
  }
  expect(decodeFru(new Uint8Array(64))).toBeUndefined()
})

test('fields may be packed', () => {
  // Six-bit ASCII, BCD plus, bytes that are no text (FRU Information Storage Definition §13).
  const area = [0x01, 0x02, 0x17, 0x83, 0x29, 0xdc, 0xa6, 0x42, 0x12, 0xa3, 0x02, 0xab, 0xcd, 0xc1, 0]
  const sum8 = (bytes: readonly number[]) => [...bytes, -bytes.reduce((a, b) => a + b, 0) & 0xff]
  const data = Uint8Array.from([...sum8([1, 0, 1, 0, 0, 0, 0]), ...sum8(area)])
  expect(decodeFru(data)?.chassis).toEqual({ type: 23, partNumber: 'IPMI', serial: '12 3', custom: ['abcd'] })
})
