import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

test('a BMC without Redfish does not know the command', async () => {
  expect(await ask(testBmc().bmc, guest, '2c/02 52 a5')).toBe('c1')
})

test('an account for Redfish, gone with a reset of the BMC, and never in the store', async () => {
  const { bmc, store } = testBmc({ redfish: true })
  const before = [...store.keys()]
  const answer = await ask(bmc, guest, '2c/02 52 a5')
  const bytes = Buffer.from(answer.replaceAll(' ', ''), 'hex')
  expect([bytes.length, bytes[0], bytes[1]]).toEqual([34, 0, 0x52])
  const name = bytes.subarray(2, 18).toString().replace(/\0+$/, '')
  const user = bmc.users.find(name, 1)
  expect(user?.access(1).privilege).toBe('Administrator')
  expect(Buffer.from(user?.longPassword ?? [])).toEqual(bytes.subarray(18))
  expect([...store.keys()]).toEqual(before)
  bmc.reset('warm')
  expect(bmc.users.find(name, 1)).toBeUndefined()
})

test('anything but A5h disables it until a reset', async () => {
  const { bmc } = testBmc({ redfish: true })
  expect(await ask(bmc, guest, '2c/02 52 00')).toMatch(/^00 52 /)
  expect(await ask(bmc, guest, '2c/02 52 a5')).toBe('80')
  bmc.reset('warm')
  expect(await ask(bmc, guest, '2c/02 52 a5')).toMatch(/^00 52 /)
  bmc.bootstrap.setEnabledAfterReset(false)
  bmc.bootstrap.setEnabled(false)
  bmc.reset('cold')
  expect(await ask(bmc, guest, '2c/02 52 a5')).toBe('80')
})

test('not over the LAN', async () => {
  const { bmc } = testBmc({ redfish: true })
  expect(await ask(bmc, lanRequester(testSession(bmc)), '2c/02 52 a5')).toBe('d4')
})
