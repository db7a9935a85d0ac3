import { expect, test } from 'vitest'
import type { SystemInterface } from '../../../src/bmc/seeds.ts'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, stranger, testBmc, testSession } from '../../support/test-bmc.ts'

test('device ID, self test and GUIDs', async () => {
  const { bmc } = testBmc()
  const guid = '00 a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af'
  expect(await ask(bmc, guest, '06/01')).toBe('00 20 01 09 08 02 80 91 12 00 02 0f')
  expect(await ask(bmc, guest, '06/04')).toBe('00 55 00')
  expect(await ask(bmc, guest, '06/08')).toBe(guid)
  expect(await ask(bmc, stranger, '06/37')).toBe(guid)
})

test('ACPI state: from the power until the operating system speaks', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '06/07')).toBe('00 06 00')
  await bmc.power.control('power up', 'test')
  expect(await ask(bmc, guest, '06/07')).toBe('00 00 00')
  expect(await ask(bmc, guest, '06/06 a0 83')).toBe('00')
  expect(await ask(bmc, guest, '06/07')).toBe('00 20 03')
  expect(await ask(bmc, guest, '06/06 ff 02')).toBe('00')
  expect(await ask(bmc, guest, '06/07')).toBe('00 20 03')
  expect(await ask(bmc, guest, '06/06 8b 00')).toBe('cc')
})

test('a reset ends the session that asked for it, after an answer', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, lanRequester(testSession(bmc)), '06/02')).toBe('00')
  expect(bmc.sessions.count).toBe(0)
})

test('the system interface is KCS and nothing else', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '06/57 01')).toBe('00 00 00 ff')
  expect(await ask(bmc, guest, '06/57 00')).toBe('cc')
})

test('Master Write-Read reaches the EEPROM on the private bus, and nothing else', async () => {
  const { bmc } = testBmc()
  expect(await ask(bmc, guest, '06/52 01 a0 04 00')).toBe('00 ff ff ff ff')
  expect(await ask(bmc, guest, '06/52 01 a0 00 fe 01 02 03')).toBe('00')
  expect(await ask(bmc, guest, '06/52 01 a0 04 fe')).toBe('00 01 02 03 ff')
  expect(await ask(bmc, guest, '06/52 01 a2 04 00')).toBe('83')
  expect(await ask(bmc, guest, '06/52 03 a0 04 00')).toBe('83')
  expect(await ask(bmc, guest, '06/52 00 a0 04 00')).toBe('83')
})

test('the system interface says what it is, and nothing of those that are not there', async () => {
  expect(await ask(testBmc().bmc, guest, '06/57 01')).toBe('00 00 00 ff')
  expect(await ask(testBmc().bmc, guest, '06/57 00')).toBe('cc')
  const { bmc: ssif } = testBmc({ systemInterface: 'ssif' })
  expect(await ask(ssif, guest, '06/57 00')).toBe('00 00 80 ff ff')
  expect(await ask(ssif, guest, '06/57 01')).toBe('cc')
  // Channel protocols (Table 6-2) by Get Channel Info.
  const protocol = async (systemInterface: SystemInterface) =>
    (await ask(testBmc({ systemInterface }).bmc, guest, '06/42 0f')).slice(0, 11)
  expect(await protocol('kcs')).toBe('00 0f 0c 05')
  expect(await protocol('bt')).toBe('00 0f 0c 08')
  expect(await protocol('ssif')).toBe('00 0f 0c 04')
})

test('BT capabilities are those that QEMU tells its guest', async () => {
  expect(await ask(testBmc().bmc, guest, '06/36')).toBe('00 01 ff ff 0a 00')
})
