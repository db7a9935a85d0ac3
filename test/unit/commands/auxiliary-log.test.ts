import { expect, test } from 'vitest'
import { Bmc } from '../../../src/bmc/bmc.ts'
import { ask } from '../../support/ask.ts'
import { lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

const oem = '00 00 00 60 57 01 00 01 02 03 04 05 06 07 08'

test('what firmware says of its logs is kept', async () => {
  const { bmc, options } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '0a/5a 00')).toBe('00 ff ff ff ff 00 00 00 00')
  expect(await ask(bmc, by, '0a/5a 02')).toBe(`00 ff ff ff ff ${'00 '.repeat(11).trim()}`)
  expect(await ask(bmc, by, '0a/5b 00 00 00 00 60 05 00 00 00')).toBe('00')
  expect(await ask(bmc, by, `0a/5b 02 ${oem}`)).toBe('00')
  const again = new Bmc(options)
  expect(await ask(again, by, '0a/5a 00')).toBe('00 00 00 00 60 05 00 00 00')
  expect(await ask(again, by, '0a/5a 02')).toBe(`00 ${oem}`)
})

test('another log, or a status of another size', async () => {
  const { bmc } = testBmc()
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '0a/5a 03')).toBe('cc')
  expect(await ask(bmc, by, `0a/5b 03 ${oem}`)).toBe('cc')
  expect(await ask(bmc, by, `0a/5b 00 ${oem}`)).toBe('c7')
  expect(await ask(bmc, by, '0a/5b')).toBe('c7')
})
