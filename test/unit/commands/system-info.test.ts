import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

test('the system name is the node until somebody gives another', async () => {
  const { bmc } = testBmc()
  const rest = ' 00'.repeat(10)
  expect(await ask(bmc, guest, '06/59 00 02 00 00')).toBe(`00 11 00 00 04 63 6e 30 31${rest}`)
  expect(await ask(bmc, guest, `06/58 02 00 00 02 68 69`)).toBe('00')
  expect(await ask(bmc, guest, '06/59 00 02 00 00')).toBe(`00 11 00 00 02 68 69 00 00${rest}`)
  expect(await ask(bmc, guest, '06/59 00 02 01 00')).toBe(`00 11 01${' 00'.repeat(16)}`)
})

test('parameters 1 to 7 are there, 8 is not; revision only; blocks end', async () => {
  const { bmc } = testBmc()
  for (const parameter of [1, 2, 3, 4, 5, 6, 7]) {
    expect(await ask(bmc, guest, `06/59 00 0${parameter} 00 00`)).toMatch(/^00 11 00 00/)
  }
  expect(await ask(bmc, guest, '06/59 00 08 00 00')).toBe('80')
  expect(await ask(bmc, guest, '06/58 08 00 00')).toBe('80')
  expect(await ask(bmc, guest, '06/59 80 01 00 00')).toBe('00 11')
  expect(await ask(bmc, guest, '06/59 00 01 11 00')).toBe('c9')
  expect(await ask(bmc, guest, '06/58 01 11 00')).toBe('c9')
  expect(await ask(bmc, guest, '06/58 01')).toBe('c7')
})

test('set in progress keeps a second client out', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '06/58 00 01')).toBe('00')
  expect(await ask(bmc, guest, '06/59 00 00 00 00')).toBe('00 11 01')
  expect(await ask(bmc, lanRequester(testSession(bmc)), '06/58 00 01')).toBe('81')
  expect(await ask(bmc, guest, '06/58 00 00')).toBe('00')
  expect(await ask(bmc, lanRequester(testSession(bmc)), '06/58 00 01')).toBe('00')
})
