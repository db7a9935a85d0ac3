import { expect, test } from 'vitest'
import { macOfName } from '../../../src/app/mac.ts'
import { hex } from '../../../src/base/bytes.ts'

test('a MAC for each node and channel, administered locally, the same every time', () => {
  const macs = ['cn01', 'cn02'].flatMap((name) => [1, 2].map((channel) => macOfName(name, channel)))
  expect(new Set(macs.map((mac) => hex(mac))).size).toBe(4)
  for (const mac of macs) expect([mac.length, mac[0] & 0x03]).toEqual([6, 0x02])
  expect(macOfName('cn01', 1)).toEqual(macs[0])
})
