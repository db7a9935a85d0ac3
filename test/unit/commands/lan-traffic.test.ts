import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

test('statistics are the sum of the doors of the channel, can be cleared and stop at their end', async () => {
  const { bmc } = testBmc()
  const counters = { received: 10, sent: 8, understood: 9 }
  const statistics = bmc.lanConfiguration(1)?.statistics
  expect(await ask(bmc, guest, '0c/02 01 08 00 00')).toBe('00 11 6f 02')
  statistics?.attach({ port: 6230, counters })
  statistics?.attach({ port: 6231, counters: { received: 1, sent: 1, understood: 1 } })
  const zeros = '00 00 00 00 00 00'
  expect(await ask(bmc, guest, '0c/04 01 01')).toBe(`00 0b 00 ${zeros} 09 00 0b 00 0a 00 00 00 00 00`)
  counters.received += 70_000
  expect(await ask(bmc, guest, '0c/04 01 00')).toBe(`00 ff ff ${zeros} 00 00 ff ff 00 00 00 00 00 00`)
  expect(await ask(bmc, guest, '0c/02 01 08 00 00')).toBe('00 11 56 18')
  expect(await ask(bmc, guest, '0c/04 0f 00')).toBe('cc')
})

test('ARPs that go on: what is enabled and not suspended', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '0c/03 01 00')).toBe('00 02')
  expect(await ask(bmc, by, '0c/01 01 0a 03')).toBe('00')
  expect(await ask(bmc, by, '0c/03 01 00')).toBe('00 03')
  expect(await ask(bmc, by, '0c/03 01 02')).toBe('00 01')
  expect(await ask(bmc, by, '0c/03 01 03')).toBe('00 00')
})
