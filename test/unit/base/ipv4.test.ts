import { expect, test } from 'vitest'
import { ipv4Number, ipv4Text, isHostAddress, maskOfPrefix, prefixOfMask, subnetOf } from '../../../src/base/ipv4.ts'

test.each([
  ['0.0.0.0', 0],
  ['255.0.0.0', 8],
  ['255.255.254.0', 23],
  ['255.255.255.255', 32],
])('the mask %s is /%i', (mask, prefix) => {
  expect(prefixOfMask(mask)).toBe(prefix)
  expect(maskOfPrefix(prefix)).toBe(mask)
})

test.each(['255.0.255.0', '0.0.0.255', '255.255.255.253'])('%s is no mask', (mask) => {
  expect(prefixOfMask(mask)).toBeUndefined()
})

test('numbers, subnets', () => {
  expect(ipv4Text(ipv4Number('10.52.200.7'))).toBe('10.52.200.7')
  expect(ipv4Number('255.255.255.255')).toBe(2 ** 32 - 1)
  expect([8, 23, 30, 32].map((prefix) => subnetOf('10.52.201.7', prefix))).toEqual([
    '10.0.0.0',
    '10.52.200.0',
    '10.52.201.4',
    '10.52.201.7',
  ])
})

test.each([
  ['10.0.0.1', true],
  ['127.0.0.1', true],
  ['0.0.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
])('%s may be a machine: %s', (address, may) => {
  expect(isHostAddress(address)).toBe(may)
})
