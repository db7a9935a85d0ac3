import { expect, test } from 'vitest'
import { alertingBmc, overheat, setDestination } from '../../support/alerting-bmc.ts'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

function admin() {
  const { bmc } = testBmc()
  return { bmc, by: lanRequester(testSession(bmc)) }
}

test('what there is: version 1.5, everything but OEM actions, 20 filters', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '04/10')).toBe('00 51 2f 14')
  expect(await ask(bmc, by, '04/13 01 00 00')).toBe('00 11 03')
  expect(await ask(bmc, by, '04/13 02 00 00')).toBe('00 11 2f')
  expect(await ask(bmc, by, '04/13 05 00 00')).toBe('00 11 14')
  expect(await ask(bmc, by, '04/13 08 00 00')).toBe('00 11 14')
  expect(await ask(bmc, by, '04/13 0a 00 00')).toBe(`00 11${' 00'.repeat(17)}`)
  expect(await ask(bmc, by, '04/13 0b 00 00')).toBe('00 11 08')
  expect(await ask(bmc, by, '04/13 86 00 00')).toBe('00 11')
  expect(await ask(bmc, by, '04/13 06 01 00')).toBe(
    '00 11 01 80 01 01 10 ff ff 01 ff 01 14 0a 00 00 00 00 00 00 00 00 00',
  )
  expect(await ask(bmc, by, '04/13 06 14 00')).toBe(`00 11 14${' 00'.repeat(20)}`)
  expect(await ask(bmc, by, '04/13 09 05 00')).toBe('00 11 05 20 11 00')
})

test("xCAT's alert on and off", async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '04/12 09 01 18 11 00')).toBe('00')
  expect(await ask(bmc, by, '04/13 09 01 00')).toBe('00 11 01 18 11 00')
  expect(await ask(bmc, by, '04/12 09 01 10 11 00')).toBe('00')
  expect(await ask(bmc, by, '04/13 09 01 00')).toBe('00 11 01 10 11 00')
})

test.each([
  ['04/12 01 0f', '04/13 01 00 00', '00 11 0f'],
  ['04/12 02 3f', '04/13 02 00 00', '00 11 3f'],
  ['04/12 03 ff', '04/13 03 00 00', '00 11 ff'],
  ['04/12 07 02 00', '04/13 06 02 00', '00 11 02 00 01 01 08 ff ff 01 ff 01 81 00 00 00 00 00 00 00 00 00 00'],
  ['04/12 07 0f 80', '04/13 07 0f 00', '00 11 0f 80'],
  ['04/12 0c 02 03 04', '04/13 0c 02 00', '00 11 02 03 04'],
  ['04/12 0c 00 03 04', '04/13 0c 00 00', '00 11 00 03 04'],
  ['04/12 0d 08 04 41 42', '04/13 0d 08 04', `00 11 08 04 41 42${' 00'.repeat(14)}`],
  [`04/12 0a 01${' a5'.repeat(16)}`, '04/13 0a 00 00', `00 11 01${' a5'.repeat(16)}`],
])('%s reads back', async (set, get, answer) => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, set)).toBe('00')
  expect(await ask(bmc, by, get)).toBe(answer)
})

test.each([
  ['04/13 0e 00 00', '80'],
  ['04/13 60 00 00', '80'],
  ['04/12 0f 01 00', '80'],
  ['04/12 05 10', '82'],
  ['04/12 08 10', '82'],
  ['04/12 0b 10', '82'],
  ['04/12 01', 'c7'],
  ['04/12 01 01 01', 'c7'],
  ['04/12 09 01 18 11', 'c7'],
  ['04/12 0d 01 01', 'c7'],
  ['04/12 0d 01 05 41', 'c9'],
  ['04/12 0d 09 01 41', 'c9'],
  ['04/12 09 00 18 11 00', 'c9'],
  ['04/12 09 15 18 11 00', 'c9'],
  ['04/13 06 00 00', 'c9'],
  ['04/13 06 15 00', 'c9'],
  ['04/13 0d 01 00', 'c9'],
  ['04/12 00 03', 'cc'],
  ['04/12 06 01 80 10 01 10 ff ff 01 ff 01 14 0a 00 00 00 00 00 00 00 00 00', 'cc'],
  ['04/12 06 01 80 40 01 10 ff ff 01 ff 01 14 0a 00 00 00 00 00 00 00 00 00', 'cc'],
])('%s is %s', async (request, answer) => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, request)).toBe(answer)
})

test('one set in progress at a time, and it ends with its session', async () => {
  const { bmc, by } = admin()
  const session = testSession(bmc)
  const other = lanRequester(session)
  expect(await ask(bmc, other, '04/12 00 01')).toBe('00')
  expect(await ask(bmc, by, '04/13 00 00 00')).toBe('00 11 01')
  expect(await ask(bmc, by, '04/12 00 01')).toBe('81')
  expect(await ask(bmc, other, '04/12 00 02')).toBe('00')
  bmc.sessions.end(session, 'closed')
  expect(await ask(bmc, by, '04/13 00 00 00')).toBe('00 11 00')
})

test('the postpone timer: armed, asked, disabled, off', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '04/11 3c')).toBe('00 3c')
  expect(await ask(bmc, by, '04/11 ff')).toBe('00 3c')
  expect(await ask(bmc, by, '04/11 fe')).toBe('00 fe')
  expect(await ask(bmc, by, '04/11 00')).toBe('00 00')
})

test('last processed: nobody has anything, then the BMC, then software; a clear starts afresh', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '04/15')).toBe('00 00 00 00 00 ff ff 00 00 ff ff')
  overheat(bmc)
  const added = [...new Uint8Array(new Uint32Array([bmc.sel.lastAdded]).buffer)]
  const time = added.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  expect(await ask(bmc, by, '04/15')).toBe(`00 ${time} 01 00 00 00 01 00`)
  expect(await ask(bmc, by, '04/14 00 01 00')).toBe('00')
  expect(await ask(bmc, by, '04/14 01 34 12')).toBe('00')
  expect(await ask(bmc, by, '04/15')).toBe(`00 ${time} 01 00 01 00 34 12`)
  const again = testBmc({ store: bmc.store }).bmc
  expect(await ask(again, guest, '04/15')).toBe('00 00 00 00 00 ff ff 01 00 34 12')
  bmc.sel.clear()
  overheat(bmc)
  expect(await ask(bmc, by, '04/15')).toBe(`00 ${time} 01 00 00 00 01 00`)
})

test('Alert Immediate: sent to the end, with what it is given', async () => {
  const { bmc, traps, pass } = alertingBmc()
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 00')
  setDestination(bmc, 1, { retries: 1 })
  await ask(bmc, guest, '04/12 0d 00 01 74 65 73 74')
  expect(await ask(bmc, guest, '04/16 01 01 80')).toBe('00')
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 ff')
  expect(await ask(bmc, guest, '04/16 01 01 00')).toBe('81')
  expect(await ask(bmc, guest, '04/16 01 81 00')).toBe('81')
  await pass(1000)
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 01')
  expect(await ask(bmc, guest, '04/16 01 81 00')).toBe('00')
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 00')
  expect(await ask(bmc, guest, '04/16 01 01 00 20 04 01 30 81 59 5a 55')).toBe('00')
  await pass(0)
  expect(traps.map(({ specific }) => specific)).toEqual([0x0f, 0x0f, 0x010189])
  expect(Buffer.from(traps[0].variable.subarray(46)).toString('latin1')).toBe('\xc4test\xc1')
})

test('Alert Immediate goes where PEF may not, says how it failed, and refuses what cannot be', async () => {
  const { bmc, pass } = alertingBmc()
  await ask(bmc, guest, '06/40 01 a2 04')
  expect(await ask(bmc, guest, '04/16 01 01 00')).toBe('00')
  await pass(0)
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 01')
  expect(await ask(bmc, guest, '04/16 01 02 00')).toBe('00')
  await pass(0)
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 02')
  bmc.lanConfiguration(1)?.set(18, Uint8Array.of(1, 0x80, 0, 0))
  expect(await ask(bmc, guest, '04/16 01 01 00')).toBe('00')
  await pass(1000)
  expect(await ask(bmc, guest, '04/16 01 41 00')).toBe('00 03')
  bmc.lanConfiguration(1)?.set(18, Uint8Array.of(1, 0x06, 0, 0))
  expect(await ask(bmc, guest, '04/16 01 01 00')).toBe('d6')
  expect(await ask(bmc, guest, '04/16 01 05 00')).toBe('c9')
  expect(await ask(bmc, guest, '04/16 01 01 89')).toBe('c9')
  expect(await ask(bmc, guest, '04/16 02 01 00')).toBe('cc')
  expect(await ask(bmc, guest, '04/16 01 c1 00')).toBe('cc')
  expect(await ask(bmc, guest, '04/16 01 01 00 20')).toBe('c7')
})
