import { expect, test } from 'vitest'
import { makerBmc } from '../../../support/maker-bmc.ts'

test('there are no blobs, and the answer has its CRC', async () => {
  const { raw } = makerBmc('openbmc')
  expect(await raw('2e 80 cf c2 00 00')).toBe('cf c2 00 c0 84 00 00 00 00')
  expect(await raw('2e 80 cf c2 00 01 00 00')).toBe('cc CC')
  expect(await raw('2e 80 cf c3 00 00')).toBe('cc CC')
  expect(await raw('2e 80 cf c2')).toBe('cc C7')
  expect(await raw('2e 81 cf c2 00 00')).toBe('cc C1')
})
