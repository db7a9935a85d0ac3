import { expect, test } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { ipv6Bytes } from '../../../../src/bmc/lan/lan-ipv6.ts'

test.each([
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::', '20010db8000000000000000000000000'],
  ['2001:db8:0:1:2:3:4:ffff', '20010db800000001000200030004ffff'],
  ['fe80::1:2%eth0', 'fe800000000000000000000000010002'],
  ['::ffff:192.0.2.7', '00000000000000000000ffffc0000207'],
])('%s', (text, bytes) => {
  expect(hex(ipv6Bytes(text), '')).toBe(bytes)
})
