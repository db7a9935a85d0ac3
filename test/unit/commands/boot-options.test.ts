import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

function operator() {
  const parts = testBmc()
  return { ...parts, by: lanRequester(testSession(parts.bmc, 'Operator')) }
}

test("ipmitool's bootdev pxe, then the flags read back, then one start uses them", async () => {
  const { bmc, by, machine } = operator()
  for (const data of ['00 01', '04 01 01', '05 80 04 00 00 00', '00 00']) {
    expect(await ask(bmc, by, `00/08 ${data}`)).toBe('00')
  }
  expect(await ask(bmc, by, '00/09 05 00 00')).toBe('00 01 05 80 04 00 00 00')
  expect(await ask(bmc, by, '00/02 01')).toBe('00')
  expect(machine.asked[0].options?.boot).toEqual({ device: 'pxe', efi: false, persistent: false })
  expect(await ask(bmc, by, '00/09 05 00 00')).toBe('00 01 05 00 04 00 00 00')
})

test("xCAT's order: parameter 3 first, persistent and EFI kept", async () => {
  const { bmc, by } = operator()
  for (const data of ['03 08', '00 01', '05 e0 08 00 00 00', '00 00']) {
    expect(await ask(bmc, by, `00/08 ${data}`)).toBe('00')
  }
  expect(await ask(bmc, by, '00/09 05 00 00')).toBe('00 01 05 e0 08 00 00 00')
  expect(await ask(bmc, by, '00/09 03 00 00')).toBe('00 01 03 08')
})

test('set in progress: reads back, refuses a second client, falls with the session', async () => {
  const { bmc, by } = operator()
  const other = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '00/08 00 01')).toBe('00')
  expect(await ask(bmc, other, '00/09 00 00 00')).toBe('00 01 00 01')
  expect(await ask(bmc, other, '00/08 00 01')).toBe('81')
  expect(await ask(bmc, by, '00/08 00 02')).toBe('00')
  if (by.session) bmc.sessions.end(by.session, 'timed out')
  expect(await ask(bmc, other, '00/08 00 01')).toBe('00')
})

test('a parameter marked invalid says so; unknown ones are 80h, wrong sizes C7h', async () => {
  const { bmc, by } = operator()
  expect(await ask(bmc, by, '00/08 85')).toBe('00')
  expect(await ask(bmc, by, '00/09 05 00 00')).toBe('00 01 85 00 00 00 00 00')
  expect(await ask(bmc, by, '00/08 08 00')).toBe('80')
  expect(await ask(bmc, by, '00/09 08 00 00')).toBe('80')
  expect(await ask(bmc, by, '00/08 05 80')).toBe('c7')
  expect(await ask(bmc, by, '00/08 00 03')).toBe('cc')
  expect(await ask(bmc, by, '00/09 07 05 00')).toBe('c9')
})
